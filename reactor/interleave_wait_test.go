//go:build interleave

package reactor

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
)

// poll polls for reading until that is ready, as an owner in poll style does.
func (w *world) poll(g *Registration, b *bell) (ReadyEvent, error) {
	for {
		ev, err := g.PollReadReady(b)
		if err != ErrPending {
			return ev, err
		}
		b.wait()
	}
}

// facts/pitfalls 7: an owner that is told ErrPending is woken when the event
// comes, wherever in its poll that was. A lost wake is a deadlock.
func TestInterleavePollAgainstSet(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		b := new(bell)
		m.Go("owner", func() {
			ev, err := w.poll(g, b)
			w.want(err, nil, "poll")
			if !ev.Ready.IsReadable() {
				m.Errorf("got %v", ev.Ready)
			}
		})
		m.Go("peer", func() { w.k.post(3, ReadyReadable) })
		w.loop()
	})
}

// facts/pitfalls 7: the same for a goroutine.
func TestInterleaveWaitAgainstSet(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		m.Go("waiter", func() {
			ev, err := g.Readiness(forever, Readable)
			w.want(err, nil, "wait")
			if !ev.Ready.IsReadable() {
				m.Errorf("got %v", ev.Ready)
			}
		})
		m.Go("peer", func() { w.k.post(3, ReadyReadable) })
		w.loop()
	})
}

// facts/pitfalls 10: an owner in poll style and a goroutine wait for the same; both
// get it.
func TestInterleavePollBesideWait(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		b := new(bell)
		m.Go("owner", func() {
			_, err := w.poll(g, b)
			w.want(err, nil, "poll")
		})
		m.Go("waiter", func() {
			_, err := g.Readiness(forever, Readable)
			w.want(err, nil, "wait")
		})
		m.Go("loop", func() {
			w.k.post(3, ReadyReadable)
			_, err := w.r.Turn(-1)
			w.want(err, nil, "turn")
		})
	})
}

// Each event wakes those whose interest it is, once, and nobody else.
func TestInterleaveTwoInterests(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable|Writable)
		wait := func(in Interest, want Ready) {
			m.Go(in.String(), func() {
				ev, err := g.Readiness(forever, in)
				w.want(err, nil, "wait")
				if ev.Ready != want {
					m.Errorf("waited for %v, got %v", in, ev.Ready)
				}
			})
		}
		wait(Readable, ReadyReadable)
		wait(Writable, ReadyWritable)
		m.Go("loop", func() {
			s := g.s
			s.word.set(ReadyReadable)
			if n := s.wake(bitsOf(ReadyReadable)); n > 1 {
				m.Errorf("an event for reading woke %d", n)
			}
			s.word.set(ReadyWritable)
			if n := s.wake(bitsOf(ReadyWritable)); n > 1 {
				m.Errorf("an event for writing woke %d", n)
			}
		})
	})
}

// facts/pitfalls 6: an error wakes the owner that reads, the one that writes, and
// the goroutines.
func TestInterleaveErrorWakesAll(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable|Writable)
		reader, writer := new(bell), new(bell)
		m.Go("reader", func() {
			_, err := w.poll(g, reader)
			w.want(err, nil, "poll")
		})
		m.Go("writer", func() {
			for {
				_, err := g.PollWriteReady(writer)
				if err == nil {
					return
				}
				w.want(err, ErrPending, "poll")
				writer.wait()
			}
		})
		m.Go("loop", func() {
			w.k.post(3, ReadyError)
			_, err := w.r.Turn(-1)
			w.want(err, nil, "turn")
		})
	})
}

// facts/pitfalls 9: who gives up leaves nothing behind. It returns what came
// first; no waiter is left on the list, and those in the pool have no wake in
// them nor on its way, or they would be woken for somebody else's event.
func TestInterleaveCancelAgainstWake(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		ctx := newEnding()
		m.Go("waiter", func() {
			switch ev, err := g.Readiness(ctx, Readable); {
			case err == nil && !ev.Ready.IsReadable():
				m.Errorf("got %v", ev.Ready)
			case err != nil:
				w.want(err, context.Canceled, "wait")
			}
		})
		m.Go("cancel", ctx.cancel)
		m.Go("loop", func() {
			w.k.post(3, ReadyReadable)
			_, err := w.r.Turn(-1)
			w.want(err, nil, "turn")
		})
		m.Finally(w.nothingLeft(g))
	})
}

// facts/pitfalls 9: the same where nothing else comes.
func TestInterleaveCancelAgainstWait(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		ctx := newEnding()
		m.Go("waiter", func() {
			_, err := g.Readiness(ctx, Readable)
			w.want(err, context.Canceled, "wait")
		})
		m.Go("cancel", ctx.cancel)
		m.Finally(w.nothingLeft(g))
	})
}

// nothingLeft returns a check that nobody is left who waits, nor any wake.
func (w *world) nothingLeft(g *Registration) func() {
	return func() {
		if g.s.waiters.first != nil {
			w.Errorf("a waiter is left on the list")
		}
		for {
			pooled, ok := w.r.waiters.pool.Get().(*waiter)
			if !ok {
				return
			}
			if pooled.woken.Sent() || pooled.next != nil {
				w.Errorf("a waiter in the pool is woken, or on a list")
			}
		}
	}
}

// facts/pitfalls 9: one of two gives up, and the other is woken by the one event
// all the same.
func TestInterleaveCancelBesideWait(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		ctx := newEnding()
		m.Go("gives up", func() {
			_, err := g.Readiness(ctx, Readable)
			if err != nil {
				w.want(err, context.Canceled, "wait")
			}
		})
		m.Go("stays", func() {
			_, err := g.Readiness(forever, Readable)
			w.want(err, nil, "wait")
		})
		m.Go("cancel", ctx.cancel)
		m.Go("loop", func() {
			g.s.word.set(ReadyReadable)
			g.s.wake(bitsOf(ReadyReadable))
		})
		m.Finally(w.nothingLeft(g))
	})
}

// A context without a channel ends, and Interrupt tells: whoever waits returns,
// wherever in its wait that was.
func TestInterleaveInterruptAgainstWait(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		ctx := newEnding()
		ctx.done = nil
		m.Go("waiter", func() {
			_, err := g.Readiness(ctx, Readable)
			w.want(err, context.Canceled, "wait")
		})
		m.Go("interrupt", func() {
			ctx.cancel()
			w.want(g.Interrupt(Readable), nil, "interrupt")
		})
		m.Finally(w.nothingLeft(g))
	})
}

// Who waits for an interest that Reregister drops gets an error, wherever in its
// wait that was: nothing will come for it any more.
func TestInterleaveReregisterAgainstWait(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable|Writable)
		m.Go("waiter", func() {
			_, err := g.Readiness(forever, Writable)
			if !errors.Is(err, os.ErrInvalid) {
				m.Errorf("wait: %v", err)
			}
		})
		m.Go("reregister", func() { w.want(g.Reregister(Readable), nil, "reregister") })
	})
}

// The same for an owner in poll style.
func TestInterleaveReregisterAgainstPoll(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable|Writable)
		b := new(bell)
		m.Go("owner", func() {
			_, err := g.PollWriteReady(b)
			for err == ErrPending {
				b.wait()
				_, err = g.PollWriteReady(b)
			}
			if !errors.Is(err, os.ErrInvalid) {
				m.Errorf("poll: %v", err)
			}
		})
		m.Go("reregister", func() { w.want(g.Reregister(Readable), nil, "reregister") })
	})
}

// facts/pitfalls 8: more waiters than fit a batch are woken by one event, each
// once, also while one of them gives up and another comes between the batches.
func TestInterleaveManyWaiters(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		s := g.s
		var all [wakeBatch + 2]*waiter
		for i := range all {
			all[i] = w.r.waiters.get(maskOf(Readable))
			s.enlist(all[i], g.generation)
		}
		left := false
		m.Go("loop", func() {
			s.word.set(ReadyReadable)
			s.wake(bitsOf(ReadyReadable))
		})
		m.Go("gives up", func() { left = s.leave(all[wakeBatch]) })
		m.Go("comes", func() {
			_, err := g.Readiness(forever, Readable)
			w.want(err, nil, "wait")
		})
		m.Finally(func() {
			for i, waiter := range all {
				if waiter.woken.Sent() == (i == wakeBatch && left) {
					m.Errorf("waiter %d: woken %v", i, waiter.woken.Sent())
				}
			}
			if s.waiters.first != nil {
				m.Errorf("a waiter is left on the list")
			}
		})
	})
}

// One Interrupt wakes everybody once: one that waits again meanwhile is not of it,
// or it would go on for ever.
func TestInterleaveInterruptAgainstReturn(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		s := g.s
		var all [wakeBatch + 1]*waiter
		for i := range all {
			all[i] = w.r.waiters.get(maskOf(Readable))
			s.enlist(all[i], g.generation)
		}
		m.Go("interrupt", func() {
			if n := s.wake(maskOf(Readable)); n != len(all) {
				m.Errorf("one interrupt woke %d, want %d", n, len(all))
			}
		})
		m.Daemon("returns", func() {
			for range 2 {
				all[0].wait(nil)
				s.enlist(all[0], g.generation)
			}
		})
	})
}

// A mechanism without edges reports once and is then asked again: all that the
// peer writes is read, whenever the reader finds the socket empty.
func TestInterleaveRearmAgainstEvent(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		w.k.levels = true
		g := w.register(3, Readable)
		m.Go("reader", func() {
			for range 2 {
				err := g.AsyncIO(forever, Readable, func() error { return w.k.read(3) })
				w.want(err, nil, "read")
			}
		})
		m.Go("peer", func() {
			w.k.write(3)
			w.k.write(3)
		})
		w.loop()
	})
}

// The same with the kernel's own edges, in poll style.
func TestInterleaveReadAgainstEdge(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		b := new(bell)
		m.Go("owner", func() {
			for range 2 {
				err := g.PollReadIO(b, func() error { return w.k.read(3) })
				for err == ErrPending {
					b.wait()
					err = g.PollReadIO(b, func() error { return w.k.read(3) })
				}
				w.want(err, nil, "read")
			}
		})
		m.Go("peer", func() {
			w.k.write(3)
			w.k.write(3)
		})
		w.loop()
	})
}
