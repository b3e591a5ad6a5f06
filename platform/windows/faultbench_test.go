//go:build windows && (amd64 || 386)

package windows

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/internal/handles"
	"golang.org/x/sys/windows"
)

// A fault is a call that fails.
type fault struct {
	function *function
	n        int32 // which of its calls
	code     error
}

// A bench is a poller, of whose calls some fail, and a program that uses it as it
// should. Its methods, and those of the Pipes, are called by do and try.
type bench struct {
	*testing.T
	p    *Poller
	own  *fault         // of the calls that try makes, or nil
	left int32          // of them, until the one that fails
	away bool           // another goroutine waits, of
	over sync.WaitGroup // which this is

	mu     sync.Mutex
	faults []*fault         // all that may have happened
	got    []platform.Event // reported and not yet taken
}

// A watched is a handle that is added, or is to be.
type watched struct {
	h     platform.Handle
	token platform.Token
	in    platform.Interest
	mode  platform.Mode
}

// inject has a fault happen: in a call that try makes, or in any that others make.
func (b *bench) inject(f *fault, who callers) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, f)
	f.function.fail(f.n, who, f.code)
	if who.only {
		b.own, b.left = f, f.function.hook.left.Swap(0)
	}
}

// try makes a call, and returns its error.
func (b *bench) try(call func() error) error {
	if b.own == nil {
		return call()
	}
	left := &b.own.function.hook.left
	left.Store(b.left)
	err := call()
	b.left = left.Swap(0)
	return err
}

// hit reports whether any fault has happened.
func (b *bench) hit() bool {
	if b.own != nil {
		return b.left <= 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.faults, func(f *fault) bool { return f.function.hook.left.Load() <= 0 })
}

// do makes a call that succeeds, but for the fault: then it succeeds when it is made
// again.
func (b *bench) do(op string, call func() error) {
	b.Helper()
	if err := b.try(call); err != nil {
		b.told(op, err)
		if err := b.try(call); err != nil {
			b.Fatalf("%q again: %v", op, err)
		}
	}
}

// refuses makes a call that says a certain error, but for the fault.
func (b *bench) refuses(op string, want error, call func() error) {
	b.Helper()
	err := b.try(call)
	if !errors.Is(err, want) {
		if err != nil {
			b.told(op, err)
		} else if !b.hit() {
			b.Fatalf("%q does not fail, want %v", op, want)
		}
		err = b.try(call) // what could not be looked at may have passed
	}
	if !errors.Is(err, want) {
		b.Fatalf("%q again: %v, want %v", op, err, want)
	}
}

// A meaning is what the contract has a word for: that of the error need not be the
// fault's.
type meaning struct {
	kind  error
	codes []error // nil is all
}

var meanings = map[string][]meaning{
	"CompareObjectHandles":  {{platform.ErrNotFound, nil}}, // it has no errors
	"NtDeviceIoControlFile": {{platform.ErrNotFound, []error{windows.STATUS_INVALID_HANDLE, windows.STATUS_OBJECT_TYPE_MISMATCH}}},
	"NtQueryObject": {
		{platform.ErrNotPollable, []error{windows.STATUS_INVALID_HANDLE, windows.STATUS_ACCESS_DENIED, windows.STATUS_INFO_LENGTH_MISMATCH}},
		{errors.ErrUnsupported, []error{windows.STATUS_INVALID_HANDLE, windows.STATUS_ACCESS_DENIED, windows.STATUS_INFO_LENGTH_MISMATCH}},
	},
	// A console that doesn't say that it is one.
	"GetNumberOfConsoleInputEvents": {{platform.ErrNotPollable, nil}, {errors.ErrUnsupported, nil}},
	"getsockopt":                    {{platform.ErrNotFound, []error{windows.WSAENOTSOCK}}},
	"WSAIoctl":                      {{platform.ErrNotPollable, []error{windows.WSAEINVAL, windows.WSAEOPNOTSUPP}}}, // it is hidden
}

// shortage are the codes of a lack of memory. They say nothing of a handle.
var shortage = []error{
	windows.ERROR_NOT_ENOUGH_MEMORY, windows.ERROR_NO_SYSTEM_RESOURCES, windows.ERROR_NOT_ENOUGH_QUOTA, windows.WSAENOBUFS,
	windows.STATUS_NO_MEMORY, windows.STATUS_INSUFFICIENT_RESOURCES, windows.STATUS_QUOTA_EXCEEDED,
}

// told checks that an error is that of the fault.
func (b *bench) told(op string, err error) {
	b.Helper()
	if !b.hit() {
		b.Fatalf("%q: %v, though no call has failed", op, err)
	}
	if !b.isKnown(op, err) {
		b.Fatalf("%q: %v: is none of the fault's", op, err)
	}
}

// isKnown reports whether an error is that of a fault.
func (b *bench) isKnown(op string, err error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.ContainsFunc(b.faults, func(f *fault) bool { return f.explains(op, err) })
}

// explains reports whether an error says which operation and which call have failed,
// and why.
func (f *fault) explains(op string, err error) bool {
	failure, ok := errors.AsType[*platform.Error](err)
	if op != "" && (!ok || failure.Op != op) {
		return false
	}
	for _, m := range meanings[f.function.name] {
		if errors.Is(err, m.kind) && (m.codes == nil || slices.Contains(m.codes, f.code)) {
			return true
		}
	}
	if ok && failure.Kind != nil && slices.Contains(shortage, f.code) {
		return false
	}
	// Of a Read or a Write of sockets it is the bare number, and what has become of
	// a call that was in flight is that call's.
	call, ok := errors.AsType[*os.SyscallError](err)
	return errors.Is(err, f.code) && (!ok || call.Syscall == f.function.name || f.function.name == "GetOverlappedResult")
}

// open opens the poller.
func (b *bench) open() {
	b.Helper()
	b.do("open", func() (err error) {
		b.p, err = Open()
		return err
	})
}

func (b *bench) add(w *watched) {
	b.Helper()
	b.do("add", func() error { return b.p.Add(w.h, w.token, w.in, w.mode) })
}

// modify modifies what is there: the fault may have said that it is gone.
func (b *bench) modify(w *watched) {
	b.Helper()
	b.kept(w, "modify", func() error { return b.p.Modify(w.h, w.token, w.in, w.mode) })
}

// kept makes a call that needs w to be there, and adds it anew if it is not.
func (b *bench) kept(w *watched, op string, call func() error) {
	b.Helper()
	err := b.try(call)
	if err == nil {
		return
	}
	b.told(op, err)
	if !b.isThere(w.h) {
		b.add(w)
	}
	if err := b.try(call); err != nil {
		b.Fatalf("%q again: %v", op, err)
	}
}

// exists adds what is there. It is added anew where the fault says that it is another
// one by now.
func (b *bench) exists(w *watched) {
	b.Helper()
	again := func() error { return b.p.Add(w.h, w.token, w.in, w.mode) }
	err := b.try(again)
	if err != nil && !errors.Is(err, platform.ErrExists) {
		b.told("add", err)
		err = b.try(again)
	}
	if errors.Is(err, platform.ErrExists) {
		return
	}
	moved := b.hit() && b.isKnown("", platform.ErrNotFound)
	if err != nil || !moved {
		b.Fatalf("a second Add: %v", err)
	}
}

// delete deletes what is there.
func (b *bench) delete(w *watched) {
	b.Helper()
	err := b.try(func() error { return b.p.Delete(w.h) })
	if err == nil {
		return
	}
	b.told("delete", err)
	if b.isThere(w.h) {
		b.Fatalf("%v, and it is there", err)
	}
}

// rig looks into the poller.
func (b *bench) rig() *rig { return &rig{TB: b, Poller: b.p} }

func (b *bench) isThere(h platform.Handle) bool { return b.rig().entry(h) != nil }

// ask asks for w's next event, as after an operation that would block.
func (b *bench) ask(w *watched) {
	b.Helper()
	switch w.mode {
	case platform.Edge:
		b.kept(w, "rearm", func() error { return b.p.Rearm(w.h, w.token, w.in) })
	case platform.OneShot:
		b.modify(w)
	}
}

// slice is how long a Wait takes at most: the fault may have dropped a handle
// meanwhile, of which nobody tells.
const slice = 10 * time.Millisecond

// wait waits once.
func (b *bench) wait(timeout time.Duration) {
	b.Helper()
	var events [8]platform.Event
	b.do("wait", func() error {
		n, err := b.p.Wait(events[:], timeout)
		b.keep(events[:n])
		return err
	})
}

// keep keeps what was reported.
func (b *bench) keep(events []platform.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, events...)
}

// take returns the first that was reported, or nothing.
func (b *bench) take(t platform.Token) platform.Ready {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.got, func(ev platform.Event) bool { return ev.Token == t })
	if i < 0 {
		return 0
	}
	ready := b.got[i].Ready
	b.got = slices.Delete(b.got, i, i+1)
	return ready
}

// await waits until something is reported of w, and returns that.
func (b *bench) await(w *watched) platform.Ready {
	b.Helper()
	for end := time.Now().Add(patience); ; {
		if ready := b.take(w.token); ready != 0 {
			return ready
		}
		if time.Now().After(end) {
			b.Fatalf("nothing is reported of %+v", *w)
		}
		if b.away {
			runtime.Gosched()
		} else {
			b.wait(slice)
		}
		if b.hit() && !b.isThere(w.h) {
			b.add(w)
		}
	}
}

// awaits waits until something in particular is reported, and asks again for what
// has failed.
func (b *bench) awaits(w *watched, want platform.Ready) {
	b.Helper()
	for ready := b.await(w); !ready.Has(want) || ready.IsError(); ready = b.await(w) {
		if ready.IsError() && !b.hit() {
			b.Fatalf("%+v is reported to be %v", *w, ready)
		}
		b.modify(w)
	}
}

// until makes a call until it does not say would-block, and waits in between.
func (b *bench) until(w *watched, call func() error) {
	b.Helper()
	for {
		switch err := b.try(call); err {
		case nil:
			return
		case windows.WSAEWOULDBLOCK:
			b.ask(w)
			b.await(w)
		default:
			b.told("", err)
		}
	}
}

// background has a goroutine wait from here on.
func (b *bench) background() {
	b.away = true
	b.over.Go(func() {
		for {
			var events [8]platform.Event
			n, err := b.p.Wait(events[:], -1)
			if errors.Is(err, platform.ErrClosed) {
				return
			}
			if err != nil && !b.isKnown("wait", err) {
				b.Errorf("wait in the background: %v", err)
				return
			}
			b.keep(events[:n])
		}
	})
	for end := time.Now().Add(patience); !b.rig().isWaiting(); runtime.Gosched() {
		if time.Now().After(end) {
			b.Fatal("nobody waits")
		}
	}
}

// close closes the poller, which then holds nothing. A Close that fails has closed
// what can be closed.
func (b *bench) close() {
	b.Helper()
	err := b.try(b.p.Close)
	b.over.Wait()
	if err != nil {
		b.told("close", err)
		if b.keeps() {
			need(b, windows.CloseHandle(b.p.port))
		}
	} else if left := b.rig().census(); left != (census{}) {
		b.Errorf("after Close there is left: %+v", left)
	}
	if err := b.p.Close(); !errors.Is(err, platform.ErrClosed) {
		b.Errorf("a second Close: %v", err)
	}
}

// keeps reports whether the fault keeps a handle from being closed.
func (b *bench) keeps() bool {
	return slices.ContainsFunc(b.faults, func(f *fault) bool { return f.function.name == "CloseHandle" })
}

// A holding is what this process has open.
type holding struct {
	count
	semaphores int
}

func held(t testing.TB) holding {
	t.Helper()
	all, err := handles.Count()
	need(t, err)
	return holding{openPipes(t), all["Semaphore"]}
}

// leaves checks that no more is held than before, but for what could not be closed.
func (b *bench) leaves(before holding) {
	b.Helper()
	spare := 0
	if b.keeps() {
		spare = 1
	}
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		now := held(b)
		more := max(now.files-before.files, 0) + max(now.semaphores-before.semaphores, 0)
		if more <= spare && now.pipes <= before.pipes && now.listeners <= before.listeners {
			return
		}
		if time.Now().After(end) {
			b.Fatalf("%+v, before %+v", now, before)
		}
	}
}
