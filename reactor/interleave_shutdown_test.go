//go:build interleave

package reactor

import (
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
)

// The scenarios of this file: facts/pitfalls 15 and 16. After Close every method
// returns ErrShutdown, and so does whoever waits, wherever in its wait that was.

// Shutdown against Register: either it is refused, or what it returns is told.
func TestInterleaveShutdownAgainstRegister(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		w.register(3, Readable)
		m.Go("register", func() {
			g, err := w.r.RegisterHandle(4, Readable)
			if err == nil {
				_, err = g.Readiness(forever, Readable)
			}
			w.want(err, ErrShutdown, "register, then wait")
		})
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
	})
}

// Shutdown against those who wait, of every kind.
func TestInterleaveShutdownAgainstWait(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		b := new(bell)
		m.Go("waiter", func() {
			_, err := g.Readiness(forever, Readable)
			w.want(err, ErrShutdown, "wait")
		})
		m.Go("owner", func() {
			_, err := w.poll(g, b)
			w.want(err, ErrShutdown, "poll")
		})
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
		m.Finally(w.nothingLeft(g))
	})
}

// facts/pitfalls 3: shutdown against a clear, which must not erase it.
func TestInterleaveShutdownAgainstClear(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable|Writable)
		g.s.word.set(ReadyReadable | ReadyWritable)
		m.Go("owner", func() {
			ev, err := g.PollReadReady(new(bell))
			if err != nil {
				w.want(err, ErrShutdown, "poll")
				return
			}
			g.ClearReadiness(ev)
		})
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
		m.Finally(func() {
			_, err := g.PollReadReady(new(bell))
			w.want(err, ErrShutdown, "poll for reading")
			_, err = g.PollWriteReady(new(bell))
			w.want(err, ErrShutdown, "poll for writing")
		})
	})
}

// Shutdown against Deregister: both succeed, and who waits is told one or the
// other.
func TestInterleaveShutdownAgainstDeregister(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		m.Go("waiter", func() {
			if _, err := g.Readiness(forever, Readable); err != ErrDeregistered {
				w.want(err, ErrShutdown, "wait")
			}
		})
		m.Go("deregister", func() { w.want(g.Deregister(), nil, "deregister") })
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
	})
}

// Shutdown against an event and its wake.
func TestInterleaveShutdownAgainstEvent(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		b := new(bell)
		m.Go("owner", func() {
			if _, err := w.poll(g, b); err != nil {
				w.want(err, ErrShutdown, "poll")
			}
		})
		m.Go("peer", func() { w.k.post(3, ReadyReadable) })
		m.Go("loop", func() {
			for {
				if _, err := w.r.Turn(-1); err != nil {
					w.want(err, ErrShutdown, "turn")
					return
				}
			}
		})
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
		m.Finally(func() {
			_, err := g.PollReadReady(b)
			w.want(err, ErrShutdown, "poll")
		})
	})
}

// Shutdown against Wake and against a turn: the turn ends, the wake succeeds or is
// refused.
func TestInterleaveShutdownAgainstWake(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		m.Go("loop", func() {
			for {
				if _, err := w.r.Turn(-1); err != nil {
					w.want(err, ErrShutdown, "turn")
					return
				}
			}
		})
		m.Go("wake", func() {
			if err := w.r.Wake(); err != nil {
				w.want(err, ErrShutdown, "wake")
			}
		})
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
	})
}

// Shutdown against itself, once from a Waker on the loop: it is done once.
func TestInterleaveShutdownTwice(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		g := w.register(3, Readable)
		end := func() { w.want(w.r.Close(), nil, "close") }
		if _, err := g.PollReadReady(WakerFunc(end)); err != ErrPending {
			w.want(err, ErrPending, "poll")
		}
		m.Go("close", end)
		m.Go("loop", func() {
			w.k.post(3, ReadyReadable)
			for {
				if _, err := w.r.Turn(-1); err != nil {
					w.want(err, ErrShutdown, "turn")
					return
				}
			}
		})
		m.Finally(func() {
			_, err := w.r.RegisterHandle(4, Readable)
			w.want(err, ErrShutdown, "register")
		})
	})
}

// Shutdown against the release of what has ended.
func TestInterleaveShutdownAgainstRelease(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		a, b := w.register(3, Readable), w.register(4, Readable)
		w.want(a.Deregister(), nil, "deregister")
		m.Go("loop", func() {
			if _, err := w.r.Turn(0); err != nil {
				w.want(err, ErrShutdown, "turn")
			}
		})
		m.Go("deregister", func() { w.want(b.Deregister(), nil, "deregister") })
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
		m.Finally(func() {
			for _, g := range []*Registration{a, b} {
				_, err := g.Readiness(forever, Readable)
				w.want(err, ErrDeregistered, "wait")
			}
		})
	})
}

// Shutdown against an owner that used up its budget: it is told, and a turn that
// ends by the shutdown forgets nobody who yielded.
func TestInterleaveShutdownAgainstYield(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m, WithBudget(1))
		g := w.register(3, Readable)
		g.s.word.set(ReadyReadable)
		b := new(bell)
		m.Go("owner", func() {
			err := error(nil)
			for err == nil || err == ErrPending {
				if err == ErrPending {
					b.wait()
				}
				err = g.PollReadIO(b, func() error { return nil })
			}
			w.want(err, ErrShutdown, "read")
		})
		m.Go("close", func() { w.want(w.r.Close(), nil, "close") })
		m.Go("loop", func() {
			if _, err := w.r.Turn(-1); err != nil {
				w.want(err, ErrShutdown, "turn")
			}
		})
	})
}
