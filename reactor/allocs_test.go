//go:build (unix || windows) && !race

package reactor_test

import (
	"context"
	"testing"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// The hot paths do not allocate, on the system's own poller: a registration
// that is always writable and, by turns, readable, is driven by its own loop.
// (Under the race detector everything allocates.)
func TestAllocations(t *testing.T) {
	for name, opts := range strategies {
		t.Run(name, func(t *testing.T) {
			r, err := reactor.New(append(opts, reactor.WithBudget(0))...)
			if err != nil {
				t.Skip(err)
			}
			defer r.Close()
			conn, to := socketPair(t)
			defer closeHandle(t, conn)
			defer closeHandle(t, to)
			g := registerHandle(t, r, conn)
			if _, err := r.Turn(deadline); err != nil {
				t.Fatal(err)
			}
			ctx := context.Background()
			cancellable, cancel := context.WithCancel(ctx)
			defer cancel()
			wakes := 0
			w := reactor.WakerFunc(func() { wakes++ })
			op := func() error { return nil }
			blocked := func() error { return native.WouldBlock }
			one, buf := []byte{1}, make([]byte, 8)
			read := func() error { _, err := native.Read(g.Handle(), buf); return err }
			fail := func(err error) { t.Helper(); t.Fatal(err) }
			for name, f := range map[string]func(){
				"PollWriteReady": func() {
					if _, err := g.PollWriteReady(w); err != nil {
						fail(err)
					}
				},
				"PollWriteIO": func() {
					if err := g.PollWriteIO(w, op); err != nil {
						fail(err)
					}
				},
				"PollReadIO, pending": func() {
					if err := g.PollReadIO(w, blocked); err != reactor.ErrPending {
						fail(err)
					}
				},
				"TryIO": func() {
					if err := g.TryIO(reactor.Writable, op); err != nil {
						fail(err)
					}
				},
				"TryIO, not ready": func() {
					if err := g.TryIO(reactor.Readable, blocked); err != reactor.ErrWouldBlock {
						fail(err)
					}
				},
				"AsyncIO": func() {
					if err := g.AsyncIO(ctx, reactor.Writable, op); err != nil {
						fail(err)
					}
				},
				"Readiness": func() {
					if _, err := g.Readiness(cancellable, reactor.Writable); err != nil {
						fail(err)
					}
				},
				"Wake and Turn": func() {
					if err := r.Wake(); err != nil {
						fail(err)
					}
					if _, err := r.Turn(-1); err != nil {
						fail(err)
					}
				},
				// An event, a turn, a wake, a read, would-block, a clear.
				"message": func() {
					before := wakes
					if err := g.PollReadIO(w, read); err != reactor.ErrPending {
						fail(err)
					}
					if _, err := native.Write(to, one); err != nil {
						fail(err)
					}
					for wakes == before {
						if _, err := r.Turn(-1); err != nil {
							fail(err)
						}
					}
					if err := g.PollReadIO(w, read); err != nil {
						fail(err)
					}
				},
			} {
				if got := testing.AllocsPerRun(300, f); got != 0 {
					t.Errorf("%s: %v allocations", name, got)
				}
			}
		})
	}
}

// Nor does a goroutine that parks and is woken.
func TestAllocationsParked(t *testing.T) {
	r := start(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	conn, to := socketPair(t)
	defer closeHandle(t, conn)
	defer closeHandle(t, to)
	g := registerHandle(t, r, conn)
	one, buf := []byte{1}, make([]byte, 8)
	read := func() error { _, err := native.Read(g.Handle(), buf); return err }
	written := make(chan struct{})
	defer close(written)
	go func() {
		for range written {
			if _, err := native.Write(to, one); err != nil {
				t.Error(err)
			}
		}
	}()
	if got := testing.AllocsPerRun(300, func() {
		written <- struct{}{}
		if err := g.AsyncIO(ctx, reactor.Readable, read); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("%v allocations", got)
	}
}
