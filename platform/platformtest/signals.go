//go:build unix

package platformtest

import (
	"math"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// Signals is how an adapter makes and reads handles of signals.
type Signals struct {
	Open  func(sigs ...os.Signal) (platform.Handle, error)
	Read  func(h platform.Handle) (os.Signal, error)
	Close func(h platform.Handle) error
}

// TestSignals checks that the handles that an adapter makes of signals are
// readable, in the pollers that open makes, while one was sent and not read. It
// must be all that t does, as [RunBlocked] runs it.
func TestSignals(t *testing.T, s Signals, open func() (platform.Poller, error)) {
	t.Helper()
	var behaviours []behaviour
	for _, b := range signals {
		behaviours = append(behaviours, behaviour{b.name, func(r *rig) { b.check(r, s) }})
	}
	RunBlocked(t, func(t *testing.T) {
		test(t, subject{system: systemOf(runtime.GOOS), open: open}, []group{{"Signal", behaviours}})
	}, one, two)
}

// The signals that are sent. Go does nothing of itself when they come.
const (
	one = unix.SIGUSR1
	two = unix.SIGUSR2
)

var signals = []struct {
	name  string
	check func(r *rig, s Signals)
}{
	{"Sent", signalSent},
	{"Waiting", signalWaiting},
	{"Several", signalSeveral},
	{"Set", signalSet},
	{"Before", signalBefore},
	{"TwoHandles", signalTwoHandles},
	{"Notified", signalNotified},
	{"Ignored", signalIgnored},
	{"Refused", signalRefused},
	{"ReadNone", signalReadNone},
	{"Allocation", signalAllocation},
	{"NoLeak", signalNoLeak},
}

// signals returns a handle of a set.
func (r *rig) signals(s Signals, sigs ...os.Signal) *sock {
	r.Helper()
	h, err := s.Open(sigs...)
	if err != nil {
		r.Fatalf("open: %v", err)
	}
	r.Cleanup(func() {
		if err := s.Close(h); err != nil {
			r.Errorf("close: %v", err)
		}
	})
	return &sock{r: r, h: h, closed: true} // as far as sock.close is concerned
}

// send sends this process a signal.
func (r *rig) send(s unix.Signal) {
	r.Helper()
	if err := unix.Kill(unix.Getpid(), s); err != nil {
		r.Fatalf("kill: %v", err)
	}
}

// takes reads signals, which come in no order, until there are none.
func (s Signals) takes(r *rig, from *sock, want ...os.Signal) {
	r.Helper()
	var got []os.Signal
	for {
		sig, err := s.Read(from.h)
		if wouldBlock(err) {
			break
		}
		if err != nil {
			r.Fatalf("read: %v", err)
		}
		got = append(got, sig)
	}
	slices.SortFunc(got, func(a, b os.Signal) int { return int(a.(unix.Signal)) - int(b.(unix.Signal)) })
	if !slices.Equal(got, want) {
		r.Fatalf("read %v, want %v", got, want)
	}
}

// A signal is readable when it was sent, until it is read, and again.
func signalSent(r *rig, s Signals) {
	for _, m := range everyMode {
		h := r.signals(s, one)
		r.never[1] = platform.AllReady &^ readable
		r.add(h, 1, platform.Readable, m)
		r.quiet()
		s.takes(r, h)
		for range 3 {
			r.send(one)
			r.await(1, readable)
			if m == platform.Level {
				r.await(1, readable)
			}
			s.takes(r, h, one)
			if m == platform.OneShot {
				r.modify(h, 1, platform.Readable, m)
			} else {
				r.rearm(h, 1, platform.Readable)
			}
			r.quiet()
		}
		r.delete(h)
	}
}

// It ends a Wait that is under way.
func signalWaiting(r *rig, s Signals) {
	h := r.signals(s, one)
	r.add(h, 1, platform.Readable, platform.Edge)
	for range 20 {
		w := r.waiting(-1)
		r.send(one)
		w.reports(1, readable)
		s.takes(r, h, one)
	}
	r.delete(h)
}

// What was sent several times is read once.
func signalSeveral(r *rig, s Signals) {
	h := r.signals(s, one)
	r.add(h, 1, platform.Readable, platform.Edge)
	for range 5 {
		r.send(one)
	}
	r.await(1, readable)
	s.takes(r, h, one)
	r.delete(h)
}

// What is not in the set is not read, what is there twice is read once.
func signalSet(r *rig, s Signals) {
	both, second := r.signals(s, two, one, two), r.signals(s, two)
	r.add(both, 1, platform.Readable, platform.Edge)
	r.add(second, 2, platform.Readable, platform.Edge)
	r.send(one)
	r.send(two)
	r.await(1, readable)
	r.await(2, readable)
	s.takes(r, both, sorted(one, two)...)
	if r.isBSD {
		s.takes(r, second, two)
	} else {
		s.takes(r, second)
	}
	r.send(one)
	r.await(1, readable)
	s.takes(r, second)
	s.takes(r, both, one)
	r.delete(both)
	r.delete(second)
}

// sorted puts signals in the order of their numbers, which differ.
func sorted(a, b unix.Signal) []os.Signal { return []os.Signal{min(a, b), max(a, b)} }

// A signal that was sent before the handle was made waits on Linux, as every
// thread blocks it. A kqueue tells of what it has seen.
func signalBefore(r *rig, s Signals) {
	r.send(one)
	h := r.signals(s, one)
	r.add(h, 1, platform.Readable, platform.Edge)
	if r.isBSD {
		r.quiet()
		s.takes(r, h)
	} else {
		r.await(1, readable)
		s.takes(r, h, one)
	}
	r.delete(h)
}

// Two handles of one signal both say so. On Linux the first to read it has it,
// with kqueue each.
func signalTwoHandles(r *rig, s Signals) {
	a, b := r.signals(s, one), r.signals(s, one)
	r.add(a, 1, platform.Readable, platform.Edge)
	r.add(b, 2, platform.Readable, platform.Level)
	r.send(one)
	r.await(1, readable)
	r.await(2, readable)
	s.takes(r, b, one)
	if r.isBSD {
		s.takes(r, a, one)
	} else {
		s.takes(r, a)
	}
	r.quiet()
	r.delete(a)
	r.delete(b)
}

// Package os/signal gets what it has asked for: on Linux instead of the handle,
// until it stops, with kqueue beside it.
func signalNotified(r *rig, s Signals) {
	h := r.signals(s, one)
	r.add(h, 1, platform.Readable, platform.Edge)
	notified := make(chan os.Signal, 1)
	signal.Notify(notified, one)
	r.send(one)
	select {
	case <-notified:
	case <-time.After(patience):
		r.Fatal("signal.Notify was not told")
	}
	if r.isBSD {
		r.await(1, readable)
		s.takes(r, h, one)
	} else {
		s.takes(r, h)
	}
	signal.Stop(notified)
	r.send(one)
	r.await(1, readable)
	s.takes(r, h, one)
	r.delete(h)
}

// A signal that is ignored is read all the same.
func signalIgnored(r *rig, s Signals) {
	h := r.signals(s, one)
	r.add(h, 1, platform.Readable, platform.Edge)
	signal.Ignore(one)
	defer signal.Reset(one)
	r.send(one)
	r.await(1, readable)
	s.takes(r, h, one)
	r.delete(h)
}

// noSignal is an os.Signal that no system has made.
type noSignal struct{}

func (noSignal) String() string { return "none" }
func (noSignal) Signal()        {}

// What is no signal, or can't be read, is refused, alone or among others. A
// signalfd would leave the latter out without a word.
func signalRefused(r *rig, s Signals) {
	sets := [][]os.Signal{{}}
	for _, sig := range []os.Signal{
		nil, noSignal{}, unix.Signal(0), unix.Signal(-1), unix.Signal(129), unix.Signal(math.MaxInt32),
		unix.SIGKILL, unix.SIGSTOP, os.Kill,
	} {
		sets = append(sets, []os.Signal{sig}, []os.Signal{one, sig, two})
	}
	for _, set := range sets {
		h, err := s.Open(set...)
		if h != platform.NoHandle {
			r.Errorf("%v: handle %#x", set, h)
		}
		r.refused(err, "open", platform.NoHandle, platform.ErrInvalid)
	}
}

// What is no handle cannot be read.
func signalReadNone(r *rig, s Signals) {
	for _, h := range []platform.Handle{platform.NoHandle, math.MaxInt32, 1 << 31} {
		if sig, err := s.Read(h); sig != nil || err != unix.EBADF {
			r.Errorf("handle %#x: %v, %v, want the bare EBADF", h, sig, err)
		}
	}
}

// Reading does not allocate, whether there is a signal or not.
func signalAllocation(r *rig, s Signals) {
	h := r.signals(s, one)
	r.free(func() error {
		r.send(one)
		if _, err := s.Read(h.h); err != nil {
			return err
		}
		if _, err := s.Read(h.h); !wouldBlock(err) {
			return err
		}
		return nil
	})
}

// Opening and closing leaves nothing behind, whether it succeeds or not.
func signalNoLeak(r *rig, s Signals) {
	if _, ok := openDescriptors(); !ok {
		r.Skip("this system does not list a process's descriptors")
	}
	use := func() {
		h, err := s.Open(one, two)
		if err != nil {
			r.Fatal(err)
		}
		if err := s.Close(h); err != nil {
			r.Fatal(err)
		}
		if _, err := s.Open(one, unix.SIGKILL); err == nil {
			r.Fatal("what cannot be read was opened")
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
