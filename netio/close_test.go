package netio_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// Close comes in the middle of everything else, from several goroutines. One of
// them closes, what runs ends with an error that says why, and the number of the
// descriptor, which comes back for another connection at once, is not touched any
// more: that one sees what its peer sent and nothing else (facts/pitfalls 14).
func TestCloseRaces(t *testing.T) {
	const rounds = 150
	r := running(t)
	l := listening(t, r, "tcp")
	for range rounds {
		a, b := pairOf(t, r, l)
		var all sync.WaitGroup
		ends := func(err error) bool {
			return errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded)
		}
		until := func(what string, f func() error) {
			all.Go(func() {
				for {
					if err := f(); err != nil {
						if !ends(err) {
							t.Errorf("%s: %v", what, err)
						}
						if errors.Is(err, net.ErrClosed) {
							return
						}
					}
				}
			})
		}
		raw, err := a.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 64)
		until("Read", func() error { _, err := a.Read(make([]byte, 64)); return err })
		until("Write", func() error { _, err := a.Write(buf); return err })
		until("PollWrite", func() error {
			_, err := a.PollWrite(reactor.WakerFunc(func() {}), buf)
			if err == reactor.ErrPending {
				err = nil
			}
			return err
		})
		until("SetDeadline", func() error { return a.SetDeadline(time.Now().Add(time.Millisecond)) })
		until("Control", func() error { return raw.Control(func(uintptr) {}) })
		until("SetNoDelay", func() error { return a.SetNoDelay(true) })
		all.Go(func() { _, _ = io.Copy(io.Discard, b) })
		var closed, refused int
		var mu sync.Mutex
		for range 3 {
			all.Go(func() {
				err := a.Close()
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					closed++
				case errors.Is(err, net.ErrClosed):
					refused++
				default:
					t.Errorf("Close: %v", err)
				}
			})
		}
		// The number is free as soon as Close has returned.
		c, d := pairOf(t, r, l)
		if _, err := c.Write([]byte("mine")); err != nil {
			t.Error(err)
		}
		if err := c.CloseWrite(); err != nil {
			t.Error(err)
		}
		if all, err := io.ReadAll(d); string(all) != "mine" || err != nil {
			t.Errorf("%q, %v", all, err)
		}
		all.Wait()
		if closed != 1 || refused != 2 {
			t.Errorf("closed %d times, refused %d times", closed, refused)
		}
		_, _, _ = b.Close(), c.Close(), d.Close()
	}
}

// pairOf returns the two ends of a connection of l.
func pairOf(t testing.TB, r *reactor.Reactor, l *netio.Listener) (a, b *netio.Conn) {
	t.Helper()
	a, err := netio.Dial(context.Background(), r, "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	b, err = l.AcceptConn()
	if err != nil {
		t.Fatal(err)
	}
	return a, b
}

// A listener that is closed while many accept and connect.
func TestCloseListenerRaces(t *testing.T) {
	r := running(t)
	for range 50 {
		l, err := netio.Listen(context.Background(), r, "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				for {
					c, err := l.Accept()
					if err == nil {
						err = c.Close()
					}
					if errors.Is(err, net.ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Go(func() {
			for range 3 {
				// It is refused, or reset, once the listener is closed.
				if c, err := netio.Dial(context.Background(), r, "tcp", l.Addr().String()); err == nil {
					_ = c.Close()
				}
			}
		})
		all.Go(func() {
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
	}
}

// Whoever waits for its turn to write returns too, when the connection is closed
// under the one who writes.
func TestCloseWithWritersInLine(t *testing.T) {
	r := running(t)
	a, _ := connected(t, r, "tcp")
	fill(t, a)
	const writers = 4
	written := make(chan error, writers)
	for range writers {
		go func() { _, err := a.Write(make([]byte, 1<<20)); written <- err }()
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	for range writers {
		if err := got(t, written, "a write"); !isClosed(err) {
			t.Error(err)
		}
	}
}

// Descriptors come back, however connections end.
func TestDescriptorsComeBack(t *testing.T) {
	r := running(t)
	l := listening(t, r, "tcp")
	before := descriptors(t)
	for i := range 200 {
		a, b := pairOf(t, r, l)
		switch i % 3 {
		case 0:
			if err := a.SetLinger(0); err != nil {
				t.Error(err)
			}
		case 1:
			if err := a.SetLinger(1); err != nil {
				t.Error(err)
			}
		}
		if err := errors.Join(a.Close(), b.Close()); err != nil {
			t.Error(err)
		}
	}
	if n := descriptors(t); n != before {
		t.Errorf("%d descriptors, and %d before", n, before)
	}
}
