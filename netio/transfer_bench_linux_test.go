package netio_test

import (
	"context"
	"errors"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// BenchmarkTransfer measures a Write and the Read of it at the other end, both
// of which can go on at once. Nobody drives the reactor meanwhile: a read that
// fills its buffer leaves the connection ready, on Linux without a new event.
func BenchmarkTransfer(b *testing.B) {
	out, in := make([]byte, 64), make([]byte, 64)
	b.Run("blocking", func(b *testing.B) {
		from, to := settled(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := from.Write(out); err != nil {
				b.Fatal(err)
			}
			if n, err := to.Read(in); n != len(in) || err != nil {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("poll", func(b *testing.B) {
		from, to := settled(b)
		w := newSignal()
		b.ReportAllocs()
		for b.Loop() {
			if _, err := from.PollWrite(w, out); err != nil {
				b.Fatal(err)
			}
			if n, err := to.PollRead(w, in); n != len(in) || err != nil {
				b.Fatal(n, err)
			}
		}
	})
}

// settled returns the two ends of a connection that are known to be ready, on a
// reactor without a budget that nobody drives any more.
func settled(b *testing.B) (from, to *netio.Conn) {
	b.Helper()
	r, err := reactor.New(reactor.WithBudget(0))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.Close() })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	from, to = connected(b, r, "tcp")
	buf := make([]byte, 64)
	// The first of each is tried before anything was reported.
	for range 2 {
		if _, err := from.Write(buf); err != nil {
			b.Fatal(err)
		}
		if n, err := to.Read(buf); n != len(buf) || err != nil {
			b.Fatal(n, err)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		b.Fatal(err)
	}
	return from, to
}
