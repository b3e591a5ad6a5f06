//go:build unix || windows

package reactor_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// readSome reads by goroutine style.
func readSome(ctx context.Context, g *reactor.Registration, buf []byte) (n int, err error) {
	err = g.AsyncIO(ctx, reactor.Readable, func() error {
		var err error
		n, err = native.Read(g.Handle(), buf)
		return err
	})
	return n, err
}

// writeAll writes by goroutine style.
func writeAll(ctx context.Context, g *reactor.Registration, buf []byte) error {
	for len(buf) > 0 {
		err := g.AsyncIO(ctx, reactor.Writable, func() error {
			n, err := native.Write(g.Handle(), buf)
			buf = buf[n:]
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func registerHandle(t testing.TB, r *reactor.Reactor, h reactor.Handle) *reactor.Registration {
	t.Helper()
	g, err := r.RegisterHandle(h, reactor.Readable|reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// Deregister is safe whether the conn was closed before, is closed meanwhile,
// or is closed after; and a conn that is closed is refused by Register.
func TestDeregisterAgainstClose(t *testing.T) {
	r := start(t)
	before, _ := tcpPair(t)
	g, err := r.Register(before, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	_ = before.Close()
	if err := g.Deregister(); err != nil {
		t.Errorf("closed before: %v", err)
	}
	if _, err := r.Register(before, reactor.Readable); !errors.Is(err, net.ErrClosed) {
		t.Errorf("register a closed conn: %v", err)
	}
	for range 200 {
		during, peer := tcpPair(t)
		g, err := r.Register(during, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() { _ = during.Close() })
		if !fragile() {
			wg.Go(func() { _ = peer.Close() })
		}
		wg.Go(func() {
			if err := g.Deregister(); err != nil {
				t.Errorf("closed meanwhile: %v", err)
			}
		})
		wg.Wait()
	}
}

// closedHandle returns the number of a handle that was closed. It is not soon
// another's: there are smaller ones that were closed later.
func closedHandle(t testing.TB) reactor.Handle {
	t.Helper()
	var all []reactor.Handle
	for range 8 {
		a, b := socketPair(t)
		all = append(all, a, b)
	}
	slices.Sort(all)
	for _, h := range slices.Backward(all) {
		closeHandle(t, h)
	}
	return slices.Max(all)
}

// Handles that nothing can be done with are typed errors.
func TestRegisterBadHandle(t *testing.T) {
	r := start(t)
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, h := range map[string]reactor.Handle{
		"a regular file": reactor.Handle(file.Fd()),
		"closed":         closedHandle(t),
		"negative":       platform.NoHandle,
		"-5":             platform.NoHandle - 4,
	} {
		if _, err := r.RegisterHandle(h, reactor.Readable); !errors.Is(err, platform.ErrNotPollable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, d := socketPair(t)
	defer closeHandle(t, c)
	defer closeHandle(t, d)
	g := registerHandle(t, r, c)
	if _, err := r.RegisterHandle(c, reactor.Readable); !errors.Is(err, platform.ErrExists) {
		t.Errorf("twice: %v", err)
	}
	if _, err := g.Readiness(within(t), reactor.Writable); err != nil {
		t.Errorf("the first is not as it was: %v", err)
	}
	if live := r.Stats().Live; live != 1 {
		t.Errorf("%d registrations live, want 1", live)
	}
}

// A registration that nobody can reach any more is ended and counted, its handle
// free to be registered again; one that somebody waits in is not forgotten.
func TestForgotten(t *testing.T) {
	r := start(t)
	ctx := within(t)
	a, b := socketPair(t)
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	registerHandle(t, r, a)

	waited := make(chan error, 1)
	kept, peer := socketPair(t)
	defer closeHandle(t, kept)
	defer closeHandle(t, peer)
	go func(g *reactor.Registration) {
		_, err := g.Readiness(ctx, reactor.Readable)
		waited <- err
	}(registerHandle(t, r, kept))

	for end := time.Now().Add(deadline); r.Stats().Forgotten == 0; runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("the registration was not collected")
		}
		runtime.GC()
	}
	g := registerHandle(t, r, a)
	if s := r.Stats(); s.Forgotten != 1 || s.Live != 2 {
		t.Errorf("%+v", s)
	}
	if _, err := native.Write(peer, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Errorf("who waited got %v", err)
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
}

// Many connections at once, goroutine style, every way to wait: all that is
// sent arrives.
func TestEchoGoroutines(t *testing.T) {
	for name, opts := range strategies {
		t.Run(name, func(t *testing.T) {
			r := start(t, opts...)
			ctx := within(t)
			var wg sync.WaitGroup
			for i := range 32 {
				a, b := socketPair(t)
				client, server := registerHandle(t, r, a), registerHandle(t, r, b)
				payload := bytes.Repeat([]byte{byte(i)}, 200_000)
				wg.Go(func() { // echoes until the client has shut its side
					defer closeHandle(t, b)
					defer func() { _ = server.Deregister() }()
					buf := make([]byte, 4096)
					for {
						n, err := readSome(ctx, server, buf)
						if err != nil {
							t.Error(err)
						}
						if err != nil || n == 0 {
							return
						}
						if err := writeAll(ctx, server, buf[:n]); err != nil {
							t.Error(err)
							return
						}
					}
				})
				wg.Go(func() {
					if err := writeAll(ctx, client, payload); err != nil {
						t.Error(err)
					}
					if err := shutdownWrite(a); err != nil {
						t.Error(err)
					}
				})
				wg.Go(func() {
					defer closeHandle(t, a)
					defer func() { _ = client.Deregister() }()
					var got bytes.Buffer
					buf := make([]byte, 8192)
					for {
						n, err := readSome(ctx, client, buf)
						if err != nil {
							t.Error(err)
							return
						}
						if n == 0 {
							break
						}
						got.Write(buf[:n])
					}
					if !bytes.Equal(got.Bytes(), payload) {
						t.Errorf("connection %d: %d bytes came back of %d, or others", i, got.Len(), len(payload))
					}
				})
			}
			wg.Wait()
			if live := r.Stats().Live; live != 0 {
				t.Errorf("%d registrations left", live)
			}
		})
	}
}

// Registrations come and go while others are busy, handles are closed at every
// point, contexts end: nobody hangs, nobody gets another's bytes.
func TestChurn(t *testing.T) {
	r := start(t)
	ctx := within(t)
	rounds := 300
	if testing.Short() {
		rounds = 30
	}
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for round := range rounds {
				a, b := socketPair(t)
				ga, err := r.RegisterHandle(a, reactor.Readable)
				if err != nil {
					t.Error(err)
					return
				}
				want := byte(worker<<4 | round&15)
				var inner sync.WaitGroup
				inner.Go(func() {
					buf := make([]byte, 2)
					n, err := readSome(ctx, ga, buf)
					if err == nil && (n != 1 || buf[0] != want) {
						t.Errorf("got %d bytes, %x, want %x", n, buf[0], want)
					}
					// An operation that was about to read finds no handle any more.
					if err != nil && err != reactor.ErrDeregistered && !errors.Is(err, badHandle) {
						t.Error(err)
					}
				})
				if round%3 != 0 {
					if _, err := native.Write(b, []byte{want}); err != nil {
						t.Error(err)
					}
				}
				if round%3 == 1 {
					inner.Wait()
				}
				if err := ga.Deregister(); err != nil {
					t.Error(err)
				}
				inner.Wait() // the reader is through with the descriptor
				closeHandle(t, a)
				closeHandle(t, b)
			}
		})
	}
	wg.Wait()
	if s := r.Stats(); s.Live != 0 || s.Registered != s.Deregistered {
		t.Errorf("%+v", s)
	}
}

// facts/pitfalls 15 and 16: Close against everything else at once.
func TestCloseAgainstEverything(t *testing.T) {
	for range 50 {
		r, err := reactor.New()
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		wg.Go(func() { _ = r.Run(within(t)) })
		var started sync.WaitGroup
		var stop atomic.Bool
		for i := range 8 {
			started.Add(1)
			wg.Go(func() {
				a, b := socketPair(t)
				defer closeHandle(t, b)
				defer closeHandle(t, a)
				started.Done()
				for !stop.Load() {
					g, err := r.RegisterHandle(a, reactor.Readable|reactor.Writable)
					if err != nil {
						if err != reactor.ErrShutdown {
							t.Error(err)
						}
						return
					}
					in := reactor.Readable
					if i%2 == 0 {
						in = reactor.Writable
						_ = r.Wake()
					}
					ev, err := g.Readiness(within(t), in)
					if err == nil {
						g.ClearReadiness(ev)
					} else if err != reactor.ErrShutdown {
						t.Error(err)
					}
					if err := g.Deregister(); err != nil {
						t.Error(err)
					}
				}
			})
		}
		started.Wait()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
	}
}

// An op's own errors and the end of a stream come back as they are.
func TestEndOfStream(t *testing.T) {
	r := start(t)
	ctx := within(t)
	conn, peer := tcpPair(t)
	g, err := r.Register(conn, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	_ = peer.Close()
	ev, err := g.Readiness(ctx, reactor.Readable)
	if err != nil || !ev.Ready.IsReadClosed() {
		t.Fatalf("%v, %v", ev.Ready, err)
	}
	g.ClearReadiness(ev)
	if _, err := conn.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("read: %v", err)
	}
	if ev, err := g.Readiness(ctx, reactor.Readable); err != nil || !ev.Ready.IsReadClosed() {
		t.Errorf("closed is final: %v, %v", ev.Ready, err)
	}
}
