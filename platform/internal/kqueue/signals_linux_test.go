package kqueue

import (
	"math"
	"os"
	"testing"
	"time"

	"github.com/rouse-io/rouse/gen/spec"
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

const (
	usr1 = unix.SIGUSR1
	usr2 = unix.SIGUSR2
)

// openSignals opens a queue of a set of signals, and returns its handle, too.
func openSignals(t *testing.T, s system, sigs ...os.Signal) (*fake, platform.Handle) {
	t.Helper()
	f, err := newFake(s)
	if err != nil {
		t.Fatal(err)
	}
	h, err := OpenSignals(f, &f.dialect, sigs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := CloseHandle(h); err != nil {
			t.Error(err)
		}
		f.closeOthers()
	})
	return f, h
}

// take is kevent(2) for one event.
func (f *fake) take(int) (Kevent, int, error) {
	n, err := f.Wait(1, 0)
	return f.Event(0), n, err
}

// takes reads signals until there are none.
func takes(t *testing.T, f *fake, h platform.Handle, want ...unix.Signal) {
	t.Helper()
	for _, s := range want {
		if got, err := ReadSignal(&f.dialect, h, f.take); got != s || err != nil {
			t.Fatalf("read %v, %v, want %v", got, err, s)
		}
	}
	if got, err := ReadSignal(&f.dialect, h, f.take); got != nil || err != unix.EAGAIN {
		t.Fatalf("read %v, %v, want EAGAIN", got, err)
	}
}

// The numbers are the spec's.
func TestSignalsOfDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, target *spec.Target, d *Dialect) {
		if want := int32(value(target, "EVFILT_SIGNAL")); d.evfiltSignal != want {
			t.Errorf("EVFILT_SIGNAL is %d, want %d", d.evfiltSignal, want)
		}
		if d.lastSignal != target.Signals.Value || d.lastSignal < int(unix.SIGSYS) {
			t.Errorf("the highest signal is %d, want %d", d.lastSignal, target.Signals.Value)
		}
	})
}

// The handle is readable, in another kqueue, while a signal was not read. One
// that came several times is one.
func TestSignals(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		for _, m := range []platform.Mode{edge, level, oneShot} {
			p, _ := opened(t, s)
			f, h := openSignals(t, s, usr2, usr1)
			add(t, p, h, 1, readable, m)
			reports(t, p)
			takes(t, f, h)
			for range 3 {
				f.send(usr1)
				f.send(usr1)
				f.send(unix.SIGWINCH)
				reports(t, p, event(1, platform.ReadyReadable))
				if m == level {
					reports(t, p, event(1, platform.ReadyReadable))
				}
				takes(t, f, h, usr1)
				if m == oneShot {
					modify(t, p, h, 1, readable, m)
				}
				reports(t, p)
			}
			f.send(usr1)
			f.send(usr2)
			takes(t, f, h, usr1, usr2)
			if err := p.Delete(h); err != nil {
				t.Error(err)
			}
		}
	})
}

// A signal ends a Wait that is under way.
func TestSignalWakes(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, _ := opened(t, s)
		f, h := openSignals(t, s, usr1)
		add(t, p, h, 1, readable, edge)
		done := make(chan error, 1)
		go func() {
			events := make([]platform.Event, 1)
			_, err := p.Wait(events, time.Minute)
			done <- err
		}()
		f.send(usr1)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		takes(t, f, h, usr1)
	})
}

// Every signal of the set is one change, and reading is one call.
func TestSignalSystemCalls(t *testing.T) {
	f, h := openSignals(t, systems["freebsd"], usr1, usr2)
	if got, want := f.calls(), (calls{change: 2}); got != want {
		t.Errorf("OpenSignals: %+v, want %+v", got, want)
	}
	f.send(usr1)
	takes(t, f, h, usr1)
	if got, want := f.calls(), (calls{wait: 2}); got != want {
		t.Errorf("ReadSignal, twice: %+v, want %+v", got, want)
	}
}

// What can't be read is refused, whatever the kernel says to it. Nothing stays
// open.
func TestSignalsRefused(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		last := unix.Signal(s.dialect.lastSignal)
		sets := [][]os.Signal{{}}
		for _, sig := range []os.Signal{nil, unix.Signal(0), unix.Signal(-1), last + 1, unix.Signal(math.MaxInt32), unix.SIGKILL, unix.SIGSTOP} {
			sets = append(sets, []os.Signal{sig}, []os.Signal{usr1, sig})
		}
		refuse := func(fault func(*Kevent) unix.Errno, set []os.Signal, kind, errno error) {
			t.Helper()
			f, err := newFake(s)
			if err != nil {
				t.Fatal(err)
			}
			f.fault = fault
			h, err := OpenSignals(f, &f.dialect, set)
			refused(t, err, kind, errno)
			if h != platform.NoHandle {
				t.Errorf("%v: handle %d", set, h)
			}
			if _, errno := fileOf(f.FD()); errno == 0 {
				t.Errorf("%v: the queue is open", set)
			}
		}
		for _, set := range sets {
			refuse(nil, set, platform.ErrInvalid, unix.EINVAL)
		}
		noMemory := func(c *Kevent) unix.Errno {
			if c.Ident == uintptr(usr2) {
				return unix.ENOMEM
			}
			return 0
		}
		refuse(noMemory, []os.Signal{usr1, usr2}, unix.ENOMEM, nil)
		openSignals(t, s, last, unix.Signal(1))
	})
}

// An interrupted call is made again; what else the kernel says is said, and an
// event of another kind is no signal.
func TestReadSignalErrors(t *testing.T) {
	d := &FreeBSD
	interrupted := 2
	s, err := ReadSignal(d, 3, func(int) (Kevent, int, error) {
		if interrupted--; interrupted >= 0 {
			return Kevent{}, 0, unix.EINTR
		}
		return Kevent{Filter: d.evfiltSignal, Ident: uintptr(usr1), Data: 3}, 1, nil
	})
	if s != usr1 || err != nil {
		t.Errorf("after EINTR: %v, %v", s, err)
	}
	s, err = ReadSignal(d, 3, func(int) (Kevent, int, error) { return Kevent{}, 0, unix.EBADF })
	if s != nil || err != unix.EBADF {
		t.Errorf("%v, %v, want EBADF", s, err)
	}
	s, err = ReadSignal(d, 3, func(int) (Kevent, int, error) { return Kevent{Filter: d.evfiltProc, Ident: 1}, 1, nil })
	if s != nil || err != unix.EINVAL {
		t.Errorf("a process: %v, %v, want EINVAL", s, err)
	}
	for _, h := range []platform.Handle{platform.NoHandle, 1 << 31} {
		s, err := ReadSignal(d, h, func(int) (Kevent, int, error) {
			t.Errorf("handle %#x was read", h)
			return Kevent{}, 0, nil
		})
		if s != nil || err != unix.EBADF {
			t.Errorf("handle %#x: %v, %v, want EBADF", h, s, err)
		}
	}
}

func TestReadSignalAllocations(t *testing.T) {
	d := &OpenBSD
	waits := 0
	take := func(int) (Kevent, int, error) {
		waits = 1 - waits
		return Kevent{Filter: d.evfiltSignal, Ident: uintptr(d.lastSignal)}, waits, nil
	}
	if n := testing.AllocsPerRun(100, func() {
		if _, err := ReadSignal(d, 3, take); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadSignal(d, 3, take); err != unix.EAGAIN {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
