package reactor_test

import (
	"errors"
	"testing"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/windows"
)

// A look at what there is (MSG_PEEK) that would block asks for the next edge, as
// a read does (facts/pitfalls 22: mio#1895).
func TestPeekRearms(t *testing.T) {
	r := open(t)
	defer r.Close()
	a, b := socketPair(t)
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	g, err := r.RegisterHandle(a, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	woken := 0
	w := reactor.WakerFunc(func() { woken++ })
	peek := func() error {
		const msgPeek = 2
		var buf [1]byte
		bufs := windows.WSABuf{Len: 1, Buf: &buf[0]}
		var n, flags uint32 = 0, msgPeek
		return windows.WSARecv(windows.Handle(g.Handle()), &bufs, 1, &n, &flags, nil, nil)
	}
	for i := range 20 {
		if err := g.PollReadIO(w, peek); err != reactor.ErrPending {
			t.Fatal(err)
		}
		if _, err := native.Write(b, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if n, err := r.Turn(deadline); n != 1 || err != nil || woken != i+1 {
			t.Fatalf("%d events, %v, woken %d times", n, err, woken)
		}
		for range 3 { // nothing is taken away
			if err := g.PollReadIO(w, peek); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := native.Read(a, make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
	}
}

// Package net leaves its sockets blocking, as it has overlapped operations. One
// that is made non-blocking can be read by the reactor too, and package net does
// not mind.
func TestNonBlockingConn(t *testing.T) {
	r := start(t)
	ctx := within(t)
	conn, peer := tcpPair(t)
	const fionbio = 0x8004667e
	on, n := uint32(1), uint32(0)
	h := windows.Handle(handleOf(t, conn))
	if err := windows.WSAIoctl(h, fionbio, (*byte)(unsafe.Pointer(&on)), uint32(unsafe.Sizeof(on)), nil, 0, &n, nil, 0); err != nil {
		t.Fatal(err)
	}
	g, err := r.Register(conn, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 8)
	for i := range 50 {
		read := make(chan struct{})
		go func() {
			defer close(read)
			var n int
			var err error
			if i%2 == 0 {
				n, err = readSome(ctx, g, buf)
			} else {
				n, err = conn.Read(buf) // overlapped, and waits
			}
			if n != 4 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		}()
		if _, err := peer.Write([]byte("ping")); err != nil {
			t.Fatal(err)
		}
		<-read
	}
}

// registered registers a handle of which everything has been reported.
func registered(t *testing.T, r *reactor.Reactor, h reactor.Handle) *reactor.Registration {
	t.Helper()
	g := registerHandle(t, r, h)
	if n, err := r.Turn(deadline); n != 1 || err != nil {
		t.Fatalf("%d events, %v", n, err)
	}
	return g
}

// sameNumber closes a handle, and returns a socket that has its number, and its
// peer. It reports false where the number went elsewhere, such as to a thread
// that Go's runtime started just then.
func sameNumber(t *testing.T, h reactor.Handle) (same, peer reactor.Handle, ok bool) {
	t.Helper()
	closeHandle(t, h)
	for range 20 {
		a, b := socketPair(t)
		t.Cleanup(func() { closeHandle(t, a); closeHandle(t, b) })
		switch h {
		case a:
			return a, b, true
		case b:
			return b, a, true
		}
	}
	return 0, 0, false
}

// attempt runs f until a number came back in it.
func attempt(t *testing.T, f func() bool) {
	t.Helper()
	for range 20 {
		if f() {
			return
		}
	}
	t.Skip("this system does with the numbers of closed handles as it likes")
}

// facts/pitfalls 14: the number of a handle that was closed before it was
// deregistered comes back, is registered anew, and the late Deregister of the
// old registration does not take the new one off the poller.
func TestNumberComesBack(t *testing.T) {
	attempt(t, func() bool {
		r := open(t)
		defer r.Close()
		a, b := socketPair(t)
		defer closeHandle(t, b)
		old := registered(t, r, a)
		if n, err := r.Turn(0); n != 0 || err != nil { // it is watched again
			t.Fatalf("%d events, %v", n, err)
		}
		c, d, ok := sameNumber(t, a)
		if !ok {
			return false
		}
		fresh := registerHandle(t, r, c)
		if err := old.Reregister(reactor.Readable); !errors.Is(err, reactor.ErrDeregistered) {
			t.Errorf("Reregister of a handle that is another's: %v", err)
		}
		if err := old.Deregister(); err != nil {
			t.Errorf("late Deregister: %v", err)
		}
		readsOne(t, r, fresh, d)
		return true
	})
}

// What the system can't tell: a handle that is closed after an event, and before
// the turn that follows it. Its number can be registered again once the old
// registration has ended.
func TestNumberComesBackAtOnce(t *testing.T) {
	attempt(t, func() bool {
		r := open(t)
		defer r.Close()
		a, b := socketPair(t)
		defer closeHandle(t, b)
		old := registered(t, r, a)
		c, d, ok := sameNumber(t, a)
		if !ok {
			return false
		}
		if _, err := r.RegisterHandle(c, reactor.Readable); !errors.Is(err, platform.ErrExists) {
			t.Errorf("Register: %v", err)
		}
		if err := old.Deregister(); err != nil {
			t.Errorf("late Deregister: %v", err)
		}
		readsOne(t, r, registerHandle(t, r, c), d)
		return true
	})
}

// readsOne checks that a registration is told of what its peer sends.
func readsOne(t *testing.T, r *reactor.Reactor, g *reactor.Registration, peer reactor.Handle) {
	t.Helper()
	woken := false
	w := reactor.WakerFunc(func() { woken = true })
	read := func() error {
		_, err := native.Read(g.Handle(), make([]byte, 1))
		return err
	}
	if err := g.PollReadIO(w, read); err != reactor.ErrPending {
		t.Fatal(err)
	}
	if _, err := native.Write(peer, []byte("x")); err != nil {
		t.Fatal(err)
	}
	for !woken {
		if n, err := r.Turn(deadline); n == 0 || err != nil {
			t.Fatalf("%d events, %v", n, err)
		}
	}
	if err := g.PollReadIO(w, read); err != nil {
		t.Error(err)
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
}
