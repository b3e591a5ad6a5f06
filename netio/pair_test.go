package netio_test

import (
	"context"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// patience is how long to wait for what must come: only a hang meets it.
const patience = time.Minute

// connected returns the two ends of a connection, both on r.
func connected(t testing.TB, r *reactor.Reactor, network string) (a, b *netio.Conn) {
	t.Helper()
	l := listening(t, r, network)
	type result struct {
		c   *netio.Conn
		err error
	}
	accepted := make(chan result, 1)
	go func() {
		c, err := l.AcceptConn()
		accepted <- result{c, err}
	}()
	a, err := netio.Dial(context.Background(), r, network, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	other := <-accepted
	if other.err != nil {
		t.Fatal(other.err)
	}
	b = other.c
	t.Cleanup(func() { _ = a.Close(); _ = b.Close() })
	return a, b
}

// got waits for a result.
func got[T any](t testing.TB, results <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-results:
	case <-time.After(patience):
		t.Fatalf("%s hangs", what)
	}
	return v
}

// A signal is a Waker that a test waits for.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

func (s signal) Wake() {
	select {
	case s <- struct{}{}:
	default: // it is woken already
	}
}

// polling calls f whenever it is woken, until it is not pending any more.
func (s signal) polling(t testing.TB, f func(w reactor.Waker) error) error {
	t.Helper()
	for {
		err := f(s)
		if err != reactor.ErrPending {
			return err
		}
		got(t, s, "a waker")
	}
}
