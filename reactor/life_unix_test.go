//go:build unix

package reactor_test

import (
	"errors"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// facts/pitfalls 14: the number of a handle that was closed before it was
// deregistered comes back, is registered anew, and the late Deregister of the
// old registration does not take the new one off the poller.
func TestNumberComesBack(t *testing.T) {
	r := start(t)
	ctx := within(t)
	a, b := socketPair(t)
	defer closeHandle(t, b)
	old := registerHandle(t, r, a)
	closeHandle(t, a)
	c, d := socketPair(t)
	defer closeHandle(t, d)
	if c != a { // make it come back
		if err := unix.Dup2(int(c), int(a)); err != nil {
			t.Fatal(err)
		}
		closeHandle(t, c)
		c = a
	}
	defer closeHandle(t, c)
	fresh := registerHandle(t, r, c)
	if err := old.Reregister(reactor.Readable); !errors.Is(err, reactor.ErrDeregistered) {
		t.Errorf("Reregister of a handle that is another's: %v", err)
	}
	if h := old.Handle(); h != platform.NoHandle {
		t.Errorf("the old registration has handle %d, which is another's", h)
	}
	if err := old.Deregister(); err != nil {
		t.Errorf("late Deregister: %v", err)
	}
	if _, err := native.Write(d, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if n, err := readSome(ctx, fresh, make([]byte, 8)); n != 1 || err != nil {
		t.Errorf("the new registration: %d, %v", n, err)
	}
	if err := fresh.Deregister(); err != nil {
		t.Error(err)
	}
}

// Whoever waits on a registration whose number has come back for another one is
// told, or would wait for ever.
func TestLostHandle(t *testing.T) {
	r := start(t)
	a, b := socketPair(t)
	g := registerHandle(t, r, a)
	ended := make(chan error, 2)
	go func() { _, err := g.Readiness(within(t), reactor.Readable); ended <- err }()
	again := reactor.WakerFunc(func() { _, err := g.PollReadReady(reactor.WakerFunc(nil)); ended <- err })
	if _, err := g.PollReadReady(again); !errors.Is(err, reactor.ErrPending) {
		t.Fatal(err)
	}
	closeHandle(t, a)
	c, d := socketPair(t)
	defer closeHandle(t, d)
	if c != a {
		if err := unix.Dup2(int(c), int(a)); err != nil {
			t.Fatal(err)
		}
		closeHandle(t, c)
	}
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	registerHandle(t, r, a)
	for range 2 {
		if err := <-ended; !errors.Is(err, reactor.ErrDeregistered) {
			t.Error(err)
		}
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
}

// facts/pitfalls 14: a duplicate keeps a closed handle firing; what it says
// reaches nobody, neither the number's next owner nor the old one.
func TestDuplicateKeepsFiring(t *testing.T) {
	r := start(t)
	ctx := within(t)
	a, b := socketPair(t)
	defer closeHandle(t, b)
	dup, err := unix.FcntlInt(uintptr(a), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closeHandle(t, reactor.Handle(dup))
	old := registerHandle(t, r, a)
	if _, err := old.Readiness(ctx, reactor.Writable); err != nil {
		t.Fatal(err)
	}
	if err := unix.Close(int(a)); err != nil {
		t.Fatal(err)
	}
	c, d := socketPair(t)
	defer closeHandle(t, d)
	if c != a {
		if err := unix.Dup2(int(c), int(a)); err != nil {
			t.Fatal(err)
		}
		closeHandle(t, c)
		c = a
	}
	defer closeHandle(t, c)
	fresh := registerHandle(t, r, c)
	if err := old.Deregister(); err != nil {
		t.Fatal(err)
	}
	for range 3 { // for the dup: the kernel still names the old token
		if _, err := native.Write(b, []byte("stale")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := native.Write(d, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if n, err := readSome(ctx, fresh, make([]byte, 8)); n != 1 || err != nil {
		t.Errorf("the new registration read %d, %v", n, err)
	}
}
