package reactor_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// deadline is what only a hang meets.
const deadline = time.Minute

// strategies are the ways to wait, as options.
var strategies = map[string][]reactor.Option{
	"default":  nil,
	"blocking": {reactor.WithBlockingWait()},
	"spin":     {reactor.WithSpin(50 * time.Microsecond)},
	"spin and block": {
		reactor.WithSpin(50 * time.Microsecond), reactor.WithBlockingWait(),
	},
}

// open makes a reactor on the system's poller.
func open(t testing.TB, opts ...reactor.Option) *reactor.Reactor {
	t.Helper()
	r, err := reactor.New(opts...)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no adapter for this system")
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// start makes a reactor on the system's poller that a goroutine runs.
func start(t testing.TB, opts ...reactor.Option) *reactor.Reactor {
	t.Helper()
	r := open(t, opts...)
	done := make(chan error, 1)
	go func() { done <- r.Run(context.Background()) }()
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-done; err != reactor.ErrShutdown {
			t.Errorf("Run: %v", err)
		}
	})
	return r
}

// within returns a context that only a hang outlives.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	t.Cleanup(cancel)
	return ctx
}

// tcpPair returns the two ends of a connection over loopback.
func tcpPair(t testing.TB) (*net.TCPConn, *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close(); _ = b.Close() })
	return a.(*net.TCPConn), b.(*net.TCPConn)
}

// A net.Conn is watched where it stands, with every way to wait; package net
// goes on with it, before, during and after (facts/pitfalls 24).
func TestRegisterConn(t *testing.T) {
	for name, opts := range strategies {
		t.Run(name, func(t *testing.T) {
			r := start(t, opts...)
			ctx := within(t)
			conn, peer := tcpPair(t)
			g, err := r.Register(conn, reactor.Readable|reactor.Writable)
			if err != nil {
				t.Fatal(err)
			}
			if ev, err := g.Readiness(ctx, reactor.Writable); err != nil || !ev.Ready.IsWritable() {
				t.Fatalf("%v, %v", ev.Ready, err)
			}
			buf := make([]byte, 16)
			for range 100 {
				if _, err := peer.Write([]byte("ping")); err != nil {
					t.Fatal(err)
				}
				ev, err := g.Readiness(ctx, reactor.Readable)
				if err != nil || !ev.Ready.IsReadable() {
					t.Fatalf("%v, %v", ev.Ready, err)
				}
				n, err := conn.Read(buf) // package net, on the same socket
				if err != nil || string(buf[:n]) != "ping" {
					t.Fatalf("%q, %v", buf[:n], err)
				}
				g.ClearReadiness(ev)
			}
			if err := g.Deregister(); err != nil {
				t.Fatal(err)
			}
			if _, err := peer.Write([]byte("after")); err != nil {
				t.Fatal(err)
			}
			if n, err := conn.Read(buf); err != nil || string(buf[:n]) != "after" {
				t.Errorf("%q, %v", buf[:n], err)
			}
		})
	}
}

// A reactor's own loop sees a wake before, during and after its wait, however
// it waits (facts/pitfalls 19).
func TestWakeAndTurn(t *testing.T) {
	for name, opts := range strategies {
		t.Run(name, func(t *testing.T) {
			r := open(t, opts...)
			defer r.Close()
			for range 3 {
				if err := r.Wake(); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := r.Turn(-1); n != 0 || err != nil { // woken before
				t.Fatalf("%d, %v", n, err)
			}
			for _, timeout := range []time.Duration{1, 100 * time.Microsecond, 3 * time.Millisecond} {
				begin := time.Now()
				if n, err := r.Turn(timeout); n != 0 || err != nil {
					t.Fatalf("%d, %v", n, err)
				}
				if took := time.Since(begin); took < timeout {
					t.Errorf("a turn of %v ended after %v", timeout, took)
				}
			}
			for range 2000 {
				woken := make(chan error)
				go func() { woken <- r.Wake() }()
				if n, err := r.Turn(deadline); n != 0 || err != nil { // woken before or during
					t.Fatalf("%d, %v", n, err)
				}
				if err := <-woken; err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			go func() { done <- r.Run(ctx) }()
			cancel()
			if err := <-done; err != context.Canceled {
				t.Errorf("Run: %v", err)
			}
		})
	}
}

// One goroutine drives; the others are told so, while it does.
func TestBusy(t *testing.T) {
	r := open(t)
	defer r.Close()
	conn, _ := tcpPair(t)
	g, err := r.Register(conn, reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	inTurn := false
	if _, err := g.PollWriteReady(reactor.WakerFunc(func() {
		inTurn = true
		done := make(chan error)
		go func() { done <- r.Run(context.Background()) }()
		if err := <-done; err != reactor.ErrBusy {
			t.Errorf("a second Run: %v", err)
		}
	})); err != reactor.ErrPending {
		t.Fatal(err)
	}
	if n, err := r.Turn(deadline); n != 1 || err != nil || !inTurn {
		t.Errorf("%d, %v", n, err)
	}
}

// Close from another goroutine ends a Turn that waits, however it waits
// (facts/pitfalls 16).
func TestCloseDuringTurn(t *testing.T) {
	for name, opts := range strategies {
		t.Run(name, func(t *testing.T) {
			for range 100 {
				r := open(t, opts...)
				done := make(chan error, 2)
				go func() { _, err := r.Turn(-1); done <- err }()
				go func() { done <- r.Wake() }()
				if err := r.Close(); err != nil {
					t.Error(err)
				}
				for range 2 {
					if err := <-done; err != nil && err != reactor.ErrShutdown {
						t.Error(err)
					}
				}
			}
		})
	}
}

// A waker may close the reactor that calls it.
func TestCloseInWaker(t *testing.T) {
	for name, opts := range strategies {
		t.Run(name, func(t *testing.T) {
			r := open(t, opts...)
			conn, _ := tcpPair(t)
			g, err := r.Register(conn, reactor.Writable)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := g.PollWriteReady(reactor.WakerFunc(func() {
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			})); err != reactor.ErrPending {
				t.Fatal(err)
			}
			if err := r.Run(within(t)); err != reactor.ErrShutdown {
				t.Errorf("Run: %v", err)
			}
		})
	}
}
