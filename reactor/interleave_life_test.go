//go:build interleave

package reactor

import (
	"context"
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
	"github.com/rouse-io/rouse/platform"
)

// Deregister while a batch names the token: the owner is woken and told, nothing
// becomes ready for it any more, and it is released once.
func TestInterleaveDeregisterAgainstBatch(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		b := new(bell)
		m.Go("owner", func() {
			_, err := w.poll(g, b)
			if err == nil {
				b.wait()
				_, err = g.PollReadReady(b)
			}
			w.want(err, ErrDeregistered, "poll")
		})
		m.Go("deregister", func() {
			w.want(g.Deregister(), nil, "deregister")
			b.Wake() // an owner that had its event waits for no other
		})
		m.Go("peer", func() { w.k.post(3, ReadyReadable) })
		w.loop()
	})
}

// Deregister wakes who waits, wherever in its wait that was.
func TestInterleaveDeregisterAgainstWait(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		b := new(bell)
		m.Go("waiter", func() {
			_, err := g.Readiness(forever, Readable)
			w.want(err, ErrDeregistered, "wait")
		})
		m.Go("owner", func() {
			_, err := w.poll(g, b)
			w.want(err, ErrDeregistered, "poll")
		})
		m.Go("deregister", func() { w.want(g.Deregister(), nil, "deregister") })
		m.Finally(w.nothingLeft(g))
	})
}

// facts/pitfalls 8: Deregister on one goroutine, and on another the wake of the
// same registration, whose Waker deregisters, too. One of them has done it; the
// other is told; nobody waits for a lock for ever.
func TestInterleaveWakerDeregisters(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		var results []error
		end := func() { results = append(results, g.Deregister()) }
		if _, err := g.PollReadReady(WakerFunc(end)); err != ErrPending {
			w.want(err, ErrPending, "poll")
		}
		m.Go("deregister", end)
		m.Go("peer", func() { w.k.post(3, ReadyReadable) })
		w.loop()
		m.Finally(func() { w.ended(results, 2) })
	})
}

// ended checks what calls of Deregister for one registration have returned.
func (w *world) ended(results []error, calls int) {
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else {
			w.want(err, ErrDeregistered, "deregister")
		}
	}
	if len(results) != calls || won != 1 || w.k.deletes != 1 {
		w.Errorf("%v, and %d deletes", results, w.k.deletes)
	}
}

// Deregister against itself: one of them does it, once.
func TestInterleaveDeregisterTwice(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		var results []error
		for range 2 {
			m.Go("deregister", func() { results = append(results, g.Deregister()) })
		}
		m.Finally(func() {
			w.ended(results, 2)
			if n := w.r.Stats().PendingRelease; n != 1 {
				m.Errorf("%d pending", n)
			}
		})
	})
}

// Deregister against a clear: the word says for good that it has ended.
func TestInterleaveDeregisterAgainstClear(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		g.s.word.set(ReadyReadable)
		m.Go("owner", func() {
			ev, err := g.PollReadReady(new(bell))
			if err != nil {
				w.want(err, ErrDeregistered, "poll")
				return
			}
			g.ClearReadiness(ev)
		})
		m.Go("deregister", func() { w.want(g.Deregister(), nil, "deregister") })
		m.Finally(func() {
			if g.s.word.load()&wordDeregistered == 0 {
				m.Errorf("the end was erased")
			}
		})
	})
}

// The sixteenth registration that ends wakes a loop that would not come round: it
// never waits while so many are pending, wherever in its turn it was when they
// ended.
func TestInterleaveSixteenthRelease(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		var all [notifyAfter]*Registration
		for h := range all {
			all[h] = w.register(Handle(h), Readable)
		}
		m.Go("deregister", func() {
			for _, g := range all {
				w.want(g.Deregister(), nil, "deregister")
			}
		})
		w.loop()
		m.Finally(func() {
			if n := w.r.Stats().PendingRelease; n >= notifyAfter {
				m.Errorf("the loop waits, and %d are pending", n)
			}
		})
	})
}

// facts/pitfalls 13: an event of the last registration in a slot, in the batch
// under way or from a kernel that is late, does not reach the next one.
func TestInterleaveReuseAgainstStaleEvent(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		token := makeToken(a.s.index, a.generation)
		w.k.post(3, ReadyReadable)
		var b *Registration
		m.Go("owner", func() {
			w.want(a.Deregister(), nil, "deregister")
			b = w.register(4, Readable)
		})
		m.Go("kernel", func() { w.k.postLate(token, ReadyReadable) })
		m.Go("loop", func() {
			for range 2 {
				_, err := w.r.Turn(0)
				w.want(err, nil, "turn")
			}
		})
		m.Finally(func() {
			if ready := b.s.word.load().ready(); ready != 0 {
				m.Errorf("the next registration is %v", ready)
			}
		})
	})
}

// The same with a slot whose generations are told apart by nothing else: the
// event comes in the turn that follows the release.
func TestInterleaveReuseInNextTurn(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		token := makeToken(a.s.index, a.generation)
		w.want(a.Deregister(), nil, "deregister")
		var b *Registration
		m.Go("kernel", func() { w.k.postLate(token, ReadyReadable) })
		m.Go("loop", func() {
			for range 2 {
				_, err := w.r.Turn(0)
				w.want(err, nil, "turn")
			}
		})
		m.Go("owner", func() { b = w.register(4, Readable) })
		m.Finally(func() {
			if ready := b.s.word.load().ready(); ready != 0 {
				m.Errorf("the next registration is %v", ready)
			}
		})
	})
}

// Who still waits in the last registration of a slot is told that it has ended; it
// does not wait in the next one.
func TestInterleaveReuseAgainstWait(t *testing.T) {
	explore(t, func(m *interleave.Model) { reuseAgainstWait(newWorld(m), Readable) })
}

// The same, and the next one is not watched for what they wait for.
func TestInterleaveReuseForOtherInterest(t *testing.T) {
	explore(t, func(m *interleave.Model) { reuseAgainstWait(newWorld(m), Writable) })
}

func reuseAgainstWait(w *world, next Interest) {
	a := w.register(3, Readable)
	b := new(bell)
	w.Go("waiter", func() {
		_, err := a.Readiness(forever, Readable)
		w.want(err, ErrDeregistered, "wait")
	})
	w.Go("owner", func() {
		_, err := w.poll(a, b)
		w.want(err, ErrDeregistered, "poll")
	})
	w.Go("others", func() {
		w.want(a.Deregister(), nil, "deregister")
		w.r.set.release()
		w.register(4, next)
	})
}

// A slot that an event has reached is not served to another before the batch of
// that event has come to its end.
func TestInterleaveReleaseAgainstBatch(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		w.k.post(3, ReadyReadable)
		var next *Registration
		m.Go("loop", func() {
			_, err := w.r.Turn(0)
			w.want(err, nil, "turn")
		})
		m.Go("owner", func() {
			w.want(a.Deregister(), nil, "deregister")
			next = w.register(4, Readable)
		})
		m.Finally(func() {
			if next.s == a.s && w.r.Stats().Ready > 0 {
				m.Errorf("a slot was served to another in the middle of a batch")
			}
		})
	})
}

// facts/pitfalls 14: a handle is closed, and its number registered again, while the
// old registration is ended: the new one stays on the poller, and who waited in
// the old one is told.
func TestInterleaveHandleComesBack(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		m.Go("waiter", func() {
			_, err := a.Readiness(forever, Readable)
			w.want(err, ErrDeregistered, "wait")
		})
		m.Go("owner", func() {
			w.k.closeHandle(3)
			w.register(3, Readable)
		})
		m.Go("deregister", func() {
			w.want(a.Deregister(), nil, "deregister")
		})
		m.Finally(func() {
			if w.k.handles[3] == nil {
				m.Errorf("the new registration was taken off the poller")
			}
		})
	})
}

// The same, and nobody ends the old one.
func TestInterleaveHandleTakenOver(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		m.Go("waiter", func() {
			_, err := a.Readiness(forever, Readable)
			w.want(err, ErrDeregistered, "wait")
		})
		m.Go("owner", func() {
			w.k.closeHandle(3)
			w.register(3, Readable)
		})
	})
}

// facts/pitfalls 11: of two who register one handle, one is told that it is there;
// what it had begun is taken back, and the other's is whole.
func TestInterleaveRegisterTwice(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		var won *Registration
		for range 2 {
			m.Go("register", func() {
				g, err := w.r.RegisterHandle(3, Readable)
				switch {
				case err == nil && won == nil:
					won = g
				case err == nil:
					m.Errorf("both have registered")
				case err.(*platform.Error).Kind != platform.ErrExists:
					m.Errorf("register: %v", err)
				}
			})
		}
		m.Finally(func() {
			w.want(won.state(won.s.word.load()), nil, "state")
			if n := len(w.r.set.synced.free); n != 1 {
				m.Errorf("%d slots are free, want 1", n)
			}
		})
	})
}

// facts/pitfalls 14: a handle that is asked for late is the registration's own or
// none, never that of the next one in the slot.
func TestInterleaveHandleAgainstReuse(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		m.Go("operation", func() {
			if h := a.Handle(); h != 3 && h != platform.NoHandle {
				m.Errorf("the handle is %d, which is another's", h)
			}
		})
		m.Go("others", func() {
			w.want(a.Deregister(), nil, "deregister")
			w.r.set.release()
			w.register(4, Readable)
		})
	})
}

// What is ready in the next registration of a slot is not seen by who asks the
// last one, nor taken back by it.
func TestInterleavePollAgainstReuse(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		m.Go("operation", func() {
			ev, err := a.PollReadReady(new(bell))
			if err == nil {
				m.Errorf("the last registration is %v", ev.Ready)
			}
			a.ClearReadiness(ev)
		})
		m.Go("others", func() {
			w.want(a.Deregister(), nil, "deregister")
			w.r.set.release()
			b := w.register(4, Readable)
			b.s.word.set(ReadyReadable)
		})
		m.Finally(func() {
			if !a.s.word.load().ready().IsReadable() {
				m.Errorf("the last registration cleared what the next one has")
			}
		})
	})
}

// Reregister against Deregister, and against another who has the handle's number
// by now: what it changes on the poller is its own, or it is told that it has ended.
func TestInterleaveReregisterAgainstDeregister(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a := w.register(3, Readable)
		m.Go("reregister", func() {
			if err := a.Reregister(Writable); err != nil {
				w.want(err, ErrDeregistered, "reregister")
			}
		})
		var b *Registration
		m.Go("others", func() {
			w.want(a.Deregister(), nil, "deregister")
			b = w.register(3, Readable)
		})
		m.Finally(func() {
			if got, want := w.k.handles[3].token, makeToken(b.s.index, b.generation); got != want {
				m.Errorf("the poller has token %x for the handle, want %x", got, want)
			}
		})
	})
}

// All at once: an owner in poll style and a goroutine that gives up, an event, the
// end of the registration and of the reactor. Everybody returns, and nothing is
// left behind.
func TestInterleaveAllAtOnce(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		ctx, b := newEnding(), new(bell)
		m.Go("waiter", func() {
			if _, err := g.Readiness(ctx, Readable); err != nil && err != context.Canceled && err != ErrDeregistered {
				w.want(err, ErrShutdown, "wait")
			}
		})
		m.Go("owner", func() {
			if _, err := w.poll(g, b); err != nil && err != ErrDeregistered {
				w.want(err, ErrShutdown, "poll")
			}
		})
		m.Go("loop", func() {
			w.k.post(3, ReadyReadable)
			if _, err := w.r.Turn(0); err != nil {
				w.want(err, ErrShutdown, "turn")
			}
		})
		m.Go("deregister", func() { w.want(g.Deregister(), nil, "deregister") })
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
		m.Go("cancel", ctx.cancel)
		m.Finally(w.nothingLeft(g))
	})
}
