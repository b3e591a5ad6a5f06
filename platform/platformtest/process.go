package platformtest

import (
	"errors"
	"math"
	"os"
	"runtime"
	"slices"
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// Processes is how an adapter makes handles of processes.
type Processes struct {
	Open  func(p *os.Process) (platform.Handle, error)
	Close func(h platform.Handle) error
}

// TestProcesses checks that the handles that an adapter makes of processes are
// readable in the pollers that open makes once the process has ended, and not
// before. It starts the test's program again, several times.
func TestProcesses(t *testing.T, p Processes, open func() (platform.Poller, error)) {
	t.Helper()
	var behaviours []behaviour
	for _, b := range processes {
		behaviours = append(behaviours, behaviour{b.name, func(r *rig) { b.check(r, p) }})
	}
	test(t, subject{systemOf(runtime.GOOS), open}, []group{{"Process", behaviours}})
}

var processes = []struct {
	name  string
	check func(r *rig, p Processes)
}{
	{"Ends", processEnds},
	{"Killed", processKilled},
	{"EndedBefore", processEndedBefore},
	{"Reaped", processReaped},
	{"Unknown", processUnknown},
	{"Another", processAnother},
	{"TwoHandles", processTwoHandles},
	{"Many", processMany},
	{"NoLeak", processNoLeak},
	{"CloseNone", processCloseNone},
}

// process returns a child and a handle of it.
func (r *rig) process(p Processes) (*child, *sock) {
	r.Helper()
	c := newChild(r.T)
	c.start(r.T)
	return c, r.processHandle(p, c)
}

// processHandle returns another handle of a child.
func (r *rig) processHandle(p Processes, c *child) *sock {
	r.Helper()
	h, err := p.Open(c.Process)
	if errors.Is(err, errors.ErrUnsupported) {
		r.Skipf("this system has no handles of processes: %v", err)
	}
	if err != nil {
		r.Fatalf("open: %v", err)
	}
	s := &sock{r: r, h: h, closed: true} // as far as sock.close is concerned
	r.Cleanup(func() {
		if err := p.Close(h); err != nil {
			r.Errorf("close: %v", err)
		}
	})
	return s
}

// A process that has ended is readable, for good: also when it was waited for,
// and when it is added anew.
func processEnds(r *rig, p Processes) {
	for _, m := range everyMode {
		c, s := r.process(p)
		r.never[1] = priority | failed
		r.add(s, 1, platform.Readable, m)
		r.quiet()
		c.end(r.T)
		r.await(1, readable)
		r.modify(s, 1, platform.Readable, platform.Level)
		r.await(1, readable)
		c.reap(r.T)
		r.await(1, readable)
		r.delete(s)
		r.add(s, 1, platform.Readable, m)
		r.await(1, readable)
		r.delete(s)
	}
}

func processKilled(r *rig, p Processes) {
	c, s := r.process(p)
	r.add(s, 1, platform.Readable, platform.Edge)
	r.quiet()
	w := r.waiting(-1)
	if err := c.Process.Kill(); err != nil {
		r.Fatal(err)
	}
	w.reports(1, readable)
	r.delete(s)
}

// One that has ended, and that nobody has waited for, is readable at once, or it
// is an error of its own.
func processEndedBefore(r *rig, p Processes) {
	first, s := r.process(p)
	r.add(s, 1, platform.Readable, platform.Edge)
	first.end(r.T)
	r.await(1, readable)
	r.delete(s)
	h, err := p.Open(first.Process)
	if errors.Is(err, os.ErrProcessDone) {
		return
	}
	if err != nil {
		r.Fatal(err)
	}
	again := &sock{r: r, h: h, closed: true}
	r.add(again, 2, platform.Readable, platform.Edge)
	r.await(2, readable)
	r.delete(again)
	if err := p.Close(h); err != nil {
		r.Error(err)
	}
}

// One that was waited for is gone.
func processReaped(r *rig, p Processes) {
	c, _ := r.process(p)
	c.end(r.T)
	c.reap(r.T)
	h, err := p.Open(c.Process)
	r.refused(err, "open", platform.NoHandle, os.ErrProcessDone)
	if h != platform.NoHandle {
		r.Errorf("handle %#x", h)
	}
}

// What is no process is an error.
func processUnknown(r *rig, p Processes) {
	_, err := p.Open(nil)
	r.refused(err, "open", platform.NoHandle, platform.ErrInvalid)

	c, _ := r.process(p)
	released, err := os.FindProcess(c.Process.Pid)
	if err != nil {
		r.Fatal(err)
	}
	if err := released.Release(); err != nil {
		r.Fatal(err)
	}
	// Package os calls it released, or on Windows done.
	if _, err := p.Open(released); !errors.Is(err, platform.ErrInvalid) && !errors.Is(err, os.ErrProcessDone) {
		r.Errorf("a process that was released: %v", err)
	}
}

// Somebody else's process can be watched, or the system refuses it by an error of
// its own. The first process of a Unix system is root's, and does not end.
func processAnother(r *rig, p Processes) {
	if r.is("windows") {
		r.Skip("no process is known to be somebody else's")
	}
	first, err := os.FindProcess(1)
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = first.Release() }()
	h, err := p.Open(first)
	if err != nil {
		if _, ok := errors.AsType[*os.SyscallError](err); !ok && !errors.Is(err, os.ErrProcessDone) {
			r.Errorf("%v: has no *os.SyscallError, nor is it hidden", err)
		}
		return
	}
	s := &sock{r: r, h: h, closed: true}
	r.add(s, 1, platform.Readable, platform.Edge)
	r.quiet()
	r.delete(s)
	if err := p.Close(h); err != nil {
		r.Error(err)
	}
}

// Two handles of one process have nothing to do with each other.
func processTwoHandles(r *rig, p Processes) {
	c, a := r.process(p)
	b := r.processHandle(p, c)
	r.add(a, 1, platform.Readable, platform.Edge)
	r.add(b, 2, platform.Readable, platform.Level)
	r.quiet()
	c.end(r.T)
	r.await(1, readable)
	r.await(2, readable)
	r.delete(a)
	r.await(2, readable)
	r.delete(b)
}

func processMany(r *rig, p Processes) {
	const many = 10
	children := make([]*child, many)
	socks := make([]*sock, many)
	for i := range children {
		children[i], socks[i] = r.process(p)
		r.add(socks[i], platform.Token(i), platform.Readable, platform.Edge)
	}
	r.quiet()
	for _, c := range slices.Backward(children) {
		c.end(r.T)
	}
	for i := range children {
		r.await(platform.Token(i), readable)
		r.delete(socks[i])
	}
	r.quiet()
}

// Opening and closing leaves nothing behind, whether it succeeds or not.
func processNoLeak(r *rig, p Processes) {
	if _, ok := openDescriptors(); !ok {
		r.Skip("this system does not list a process's descriptors")
	}
	c, _ := r.process(p)
	done, _ := r.process(p)
	done.end(r.T)
	done.reap(r.T)
	use := func() {
		h, err := p.Open(c.Process)
		if err != nil {
			r.Fatal(err)
		}
		if err := p.Close(h); err != nil {
			r.Fatal(err)
		}
		for _, gone := range []*os.Process{nil, done.Process} {
			if _, err := p.Open(gone); err == nil {
				r.Fatal("what is no process was opened")
			}
		}
	}
	use()
	before, _ := openDescriptors()
	for range 20 {
		use()
	}
	if after, _ := openDescriptors(); after != before {
		r.Fatalf("%d descriptors are open, %d were before", after, before)
	}
}

// What is no handle cannot be closed.
func processCloseNone(r *rig, p Processes) {
	for _, h := range []platform.Handle{math.MaxInt32, 1 << 31} {
		if err := p.Close(h); err == nil {
			r.Errorf("handle %#x was closed", h)
		}
	}
}
