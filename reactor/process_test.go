//go:build unix || windows

package reactor_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// childEnv makes this program a child that lives until its standard input ends,
// so that the tests need no other program.
const childEnv = "ROUSE_REACTOR_CHILD"

// The child of other tests; see startChild.
func TestChild(t *testing.T) {
	if os.Getenv(childEnv) == "" {
		t.Skip("this is no child")
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// A child is a process that lives until it is told to end.
type child struct {
	*os.Process
	cmd *exec.Cmd
	end func()
}

func startChild(t testing.TB) *child {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Skipf("this program does not know where it is: %v", err) // some BSDs want a /proc
	}
	cmd := exec.Command(self, "-test.run=^TestChild$")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr // with none it would take a /dev/null
	// The race detector would make the child wait a second before it ends.
	cmd.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("this program can't start itself: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &child{cmd.Process, cmd, func() {
		if err := stdin.Close(); err != nil {
			t.Error(err)
		}
	}}
}

// registerChild registers a child, where the system has handles for processes.
func registerChild(t testing.TB, r *reactor.Reactor, c *child) *reactor.Registration {
	t.Helper()
	g, err := r.RegisterProcess(c.Process)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skipf("no handles for processes here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// awaitEnd waits until a process has ended.
func awaitEnd(ctx context.Context, t testing.TB, g *reactor.Registration) {
	t.Helper()
	if ev, err := g.Readiness(ctx, reactor.Readable); err != nil || !ev.Ready.IsReadable() {
		t.Fatalf("%v, %v", ev.Ready, err)
	}
}

// running checks that a process has not been reported to have ended.
func running(t testing.TB, g *reactor.Registration) {
	t.Helper()
	err := g.TryIO(reactor.Readable, func() error { return nil })
	if err != reactor.ErrWouldBlock {
		t.Fatalf("a process that runs: %v, want ErrWouldBlock", err)
	}
}

func wait(t testing.TB, c *child) {
	t.Helper()
	if err := c.cmd.Wait(); err != nil {
		t.Errorf("the child: %v", err)
	}
}

// deregister ends a registration. Its handle is closed with it.
func deregister(t testing.TB, g *reactor.Registration) {
	t.Helper()
	h := g.Handle()
	if !isOpen(h) {
		t.Errorf("handle %#x was closed before Deregister", h)
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
	if isOpen(h) {
		t.Errorf("handle %#x is open after Deregister", h)
	}
}

// A process is readable from its end on: before it was waited for and after.
func TestProcess(t *testing.T) {
	r := start(t)
	ctx := within(t)
	c := startChild(t)
	g := registerChild(t, r, c)
	another := registerChild(t, r, c) // with a handle of its own
	running(t, g)
	c.end()
	awaitEnd(ctx, t, g)
	awaitEnd(ctx, t, another)
	ended := []*reactor.Registration{g, another}
	late, err := r.RegisterProcess(c.Process)
	switch {
	case err == nil:
		awaitEnd(ctx, t, late)
		ended = append(ended, late)
	case !errors.Is(err, os.ErrProcessDone):
		t.Error(err)
	}
	wait(t, c)
	awaitEnd(ctx, t, g)
	if _, err := r.RegisterProcess(c.Process); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("register a process that was waited for: %v", err)
	}
	for _, g := range ended {
		deregister(t, g)
		if err := g.Deregister(); err != reactor.ErrDeregistered {
			t.Errorf("Deregister again: %v", err)
		}
	}
	if live := r.Stats().Live; live != 0 {
		t.Errorf("%d registrations live", live)
	}
}

// In poll style the waker is woken.
func TestProcessPolled(t *testing.T) {
	r := start(t)
	c := startChild(t)
	g := registerChild(t, r, c)
	woken := make(chan struct{})
	if _, err := g.PollReadReady(reactor.WakerFunc(func() { close(woken) })); err != reactor.ErrPending {
		t.Fatal(err)
	}
	c.end()
	select {
	case <-woken:
	case <-time.After(deadline):
		t.Fatal("the waker was not woken")
	}
	if ev, err := g.PollReadReady(reactor.WakerFunc(nil)); err != nil || !ev.Ready.IsReadable() {
		t.Errorf("%v, %v", ev.Ready, err)
	}
	deregister(t, g)
}

func TestProcessKilled(t *testing.T) {
	r := start(t)
	c := startChild(t)
	g := registerChild(t, r, c)
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	awaitEnd(within(t), t, g)
	deregister(t, g)
}

// What was released is watched on, but can't be registered any more.
func TestProcessReleased(t *testing.T) {
	r := start(t)
	c := startChild(t)
	g := registerChild(t, r, c)
	if err := c.Release(); err != nil {
		t.Fatal(err)
	}
	want := os.ErrInvalid
	if runtime.GOOS == "windows" { // see RegisterProcess
		want = os.ErrProcessDone
	}
	if _, err := r.RegisterProcess(c.Process); !errors.Is(err, want) {
		t.Errorf("register a process that was released: %v, want %v", err, want)
	}
	running(t, g)
	c.end()
	awaitEnd(within(t), t, g)
	deregister(t, g)
}

// Waiting for a process at any moment of its registration neither loses its end
// nor hangs.
func TestProcessWaitAgainstRegister(t *testing.T) {
	r := start(t)
	ctx := within(t)
	for range 20 {
		c := startChild(t)
		var all sync.WaitGroup
		all.Go(func() { wait(t, c) })
		all.Go(c.end)
		for {
			g, err := r.RegisterProcess(c.Process)
			if errors.Is(err, errors.ErrUnsupported) {
				t.Skipf("no handles for processes here: %v", err)
			}
			if errors.Is(err, os.ErrProcessDone) {
				break
			}
			if err != nil {
				t.Error(err)
				break
			}
			awaitEnd(ctx, t, g)
			deregister(t, g)
		}
		all.Wait()
	}
}

// Each of many ends on its own, and nobody else's end is reported.
func TestManyProcesses(t *testing.T) {
	many := 100
	if testing.Short() {
		many = 10
	}
	r := start(t)
	all := make([]*child, many)
	gs := make([]*reactor.Registration, many)
	for i := range all {
		all[i] = startChild(t)
		gs[i] = registerChild(t, r, all[i])
	}
	for i := 0; i < many; i += 2 {
		all[i].end()
	}
	for i := 0; i < many; i += 2 {
		awaitEnd(within(t), t, gs[i])
		deregister(t, gs[i])
	}
	for i := 1; i < many; i += 2 {
		running(t, gs[i])
		all[i].end()
	}
	for i := 1; i < many; i += 2 {
		awaitEnd(within(t), t, gs[i])
		deregister(t, gs[i])
		wait(t, all[i])
	}
}

// Who waits while the registration ends and the process too, gets the one or the
// other.
func TestProcessDeregisterAgainstEnd(t *testing.T) {
	r := start(t)
	ctx := within(t)
	for range 20 {
		c := startChild(t)
		g := registerChild(t, r, c)
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := g.Readiness(ctx, reactor.Readable); err != nil && err != reactor.ErrDeregistered {
				t.Error(err)
			}
		})
		all.Go(c.end)
		all.Go(func() {
			if err := g.Deregister(); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		wait(t, c)
	}
}

// A registration that nobody can reach takes its handle along.
func TestProcessForgotten(t *testing.T) {
	r := start(t)
	c := startChild(t)
	h := registerChild(t, r, c).Handle()
	for end := time.Now().Add(deadline); r.Stats().Forgotten == 0 || isOpen(h); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%+v, its handle open: %v", r.Stats(), isOpen(h))
		}
		runtime.GC()
	}
	c.end()
	wait(t, c)
}

// Close of the reactor closes the handles of its registrations, once: they may be
// deregistered later, or not, and have no handle any more.
func TestProcessClose(t *testing.T) {
	c := startChild(t)
	r := open(t)
	defer r.Close()
	g, left := registerChild(t, r, c), registerChild(t, r, c)
	a, b := g.Handle(), left.Handle()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if isOpen(a) || isOpen(b) {
		t.Error("the handles are open after Close")
	}
	if g.Handle() != platform.NoHandle {
		t.Errorf("its handle is %#x after Close", g.Handle())
	}
	if _, err := g.Readiness(within(t), reactor.Readable); err != reactor.ErrShutdown {
		t.Errorf("Readiness: %v", err)
	}
	if err := g.Deregister(); err != nil {
		t.Errorf("Deregister: %v", err)
	}
	if _, err := r.RegisterProcess(c.Process); !errors.Is(err, reactor.ErrShutdown) {
		t.Errorf("RegisterProcess: %v", err)
	}
	c.end()
	wait(t, c)
}

// Closing against registering and deregistering: no handle stays open, whoever
// ends its registration.
func TestProcessCloseAgainstRegister(t *testing.T) {
	c := startChild(t)
	before := handlesOf(t, c.Process)
	for range 50 {
		r := open(t)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for i := range 100 {
					g, err := r.RegisterProcess(c.Process)
					if err != nil {
						if err != reactor.ErrShutdown && !errors.Is(err, errors.ErrUnsupported) {
							t.Error(err)
						}
						return
					}
					if i%4 == 0 {
						continue // left to Close
					}
					if err := g.Deregister(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Go(func() {
			runtime.Gosched()
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
	}
	if after := handlesOf(t, c.Process); after != before {
		t.Errorf("%d handles of the process, %d before", after, before)
	}
}

func TestProcessBadInput(t *testing.T) {
	r := start(t)
	if _, err := r.RegisterProcess(nil); !errors.Is(err, os.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("nil: %v", err)
	}
	var none os.Process
	if _, err := r.RegisterProcess(&none); !errors.Is(err, os.ErrInvalid) && !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("the zero Process: %v", err)
	}
}
