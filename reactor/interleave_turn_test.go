//go:build interleave

package reactor

import (
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
)

// facts/pitfalls 19: who changes something and wakes the loop has it seen, wherever
// in its turn the loop was. Two do so at once.
func TestInterleaveWakeAgainstTurn(t *testing.T) {
	explore(t, func(m *interleave.Model) { wakeAgainstTurn(newWorld(m)) })
}

// The same where the loop probes before it blocks: a probe that takes the wake for
// itself does not go on to wait.
func TestInterleaveWakeAgainstProbe(t *testing.T) {
	explore(t, func(m *interleave.Model) { wakeAgainstTurn(newWorld(m, WithBlockingWait())) })
}

func wakeAgainstTurn(w *world) {
	var news interleave.Uint32
	for range 2 {
		w.Go("wake", func() {
			news.Add(1)
			w.want(w.r.Wake(), nil, "wake")
		})
	}
	w.Go("loop", func() {
		for news.Load() < 2 {
			_, err := w.r.Turn(-1)
			w.want(err, nil, "turn")
		}
	})
}

// An owner that used up its budget is woken in the next turn, though nothing comes
// for it; the loop does not wait before it.
func TestInterleaveYieldAgainstTurn(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m, WithBudget(1))
		g := w.register(3, Readable)
		g.s.word.set(ReadyReadable)
		b := new(bell)
		m.Go("owner", func() {
			for range 2 {
				err := g.PollReadIO(b, func() error { return nil })
				for err == ErrPending {
					b.wait()
					err = g.PollReadIO(b, func() error { return nil })
				}
				w.want(err, nil, "read")
			}
		})
		w.loop()
	})
}

// An owner that yields is woken by Deregister, too, and the turn does not wake
// whoever has its slot then.
func TestInterleaveYieldAgainstDeregister(t *testing.T) {
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
			w.want(err, ErrDeregistered, "read")
		})
		m.Go("deregister", func() { w.want(g.Deregister(), nil, "deregister") })
		w.Daemon("loop", func() {
			for range 2 {
				_, err := w.r.Turn(-1)
				w.want(err, nil, "turn")
			}
		})
	})
}

// One goroutine takes turns at a time: Wakers never run beside each other, each
// event is dispatched once, and who comes second is told.
func TestInterleaveTwoTurns(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		w := newWorld(m)
		var object interleave.Object
		inside, woken := 0, 0
		for h := range Handle(2) {
			g := w.register(h, Readable)
			_, err := g.PollReadReady(WakerFunc(func() {
				interleave.Do("enter", func() {
					if inside++; inside > 1 {
						w.Errorf("two turns at once")
					}
				}, &object)
				interleave.Do("leave", func() {
					inside--
					woken++
				}, &object)
			}))
			w.want(err, ErrPending, "poll")
		}
		turned := 0
		m.Go("peer", func() {
			w.k.post(0, ReadyReadable)
			w.k.post(1, ReadyReadable)
		})
		for range 2 {
			m.Go("loop", func() {
				_, err := w.r.Turn(0)
				if err == nil {
					turned++
					return
				}
				w.want(err, ErrBusy, "turn")
			})
		}
		m.Finally(func() {
			if turned == 0 {
				m.Errorf("nobody took a turn")
			}
			_, err := w.r.Turn(0)
			w.want(err, nil, "turn")
			if woken != 2 {
				m.Errorf("%d wakes, want 2", woken)
			}
		})
	})
}
