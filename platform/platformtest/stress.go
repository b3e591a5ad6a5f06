package platformtest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// stress lets several goroutines add, modify, delete, rearm, write and wake at
// random while one waits. Every error must be the one that the goroutine's own
// handles call for, and every event must be of a token that was in use when its
// Wait was called. At the end nothing may be lost.
func stress(r *rig) {
	const workers, ops = 4, 400
	l := &ledger{lives: make([]life, 1+workers*(ops+handlesEach))}
	tasks := make([]*task, workers)
	all := make([]*worker, workers)
	for i := range tasks {
		seed := rand.Uint64()
		r.Logf("worker %d: seed %d", i, seed)
		w := &worker{r: r, ledger: l, rand: rand.New(rand.NewPCG(seed, 0))}
		for range handlesEach {
			a, b := r.udpPair()
			w.handles = append(w.handles, &handle{near: a.h, far: b.h})
		}
		all[i] = w
		tasks[i] = r.spawn(func() error {
			for range ops {
				if err := w.step(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	var over atomic.Bool
	watch := r.spawn(func() error {
		for !over.Load() {
			if err := l.wait(r.Poller, r.batch); err != nil {
				return err
			}
		}
		return nil
	})
	for _, t := range tasks {
		t.join()
	}
	over.Store(true)
	r.wake()
	watch.join()
	l.audit(r)

	for _, w := range all {
		for _, h := range w.handles {
			if h.token == 0 {
				continue
			}
			h.token = l.draw()
			if err := r.Modify(h.near, h.token, platform.Writable, platform.OneShot); err != nil {
				r.Fatal(err)
			}
			r.await(h.token, writable)
		}
	}
}

// handlesEach is how many handles a worker has.
const handlesEach = 6

// A ledger knows of every token whether it is in use. Tokens are used once.
type ledger struct {
	next  atomic.Uint64
	waits atomic.Int64 // Waits begun
	lives []life
}

// A life is what became of a token.
type life struct {
	refused  atomic.Bool  // the call that brought it has failed
	ended    atomic.Int64 // how many Waits had begun after it was taken back, plus 1
	reported atomic.Bool
}

func (l *ledger) draw() platform.Token { return platform.Token(l.next.Add(1)) }

// end notes that t was taken back before any Wait that begins from here on.
func (l *ledger) end(t platform.Token) { l.lives[t].ended.Store(l.waits.Load() + 1) }

// wait waits once and checks what it reports.
func (l *ledger) wait(p platform.Poller, events []platform.Event) error {
	wait := l.waits.Add(1)
	n, err := p.Wait(events, 5*time.Millisecond)
	if err != nil {
		return err
	}
	for _, ev := range events[:n] {
		if ev.Token == 0 || uint64(ev.Token) > l.next.Load() {
			return fmt.Errorf("nobody has token %#x", ev.Token)
		}
		if ended := l.lives[ev.Token].ended.Load(); ended != 0 && ended <= wait {
			return fmt.Errorf("token %#x was taken back before the Wait was called that reports it", ev.Token)
		}
		if ev.Ready&^(readable|writable) != 0 {
			return fmt.Errorf("token %#x is reported to be %v", ev.Token, ev.Ready)
		}
		l.lives[ev.Token].reported.Store(true)
	}
	return nil
}

// audit checks that a call that failed has left nothing behind.
func (l *ledger) audit(r *rig) {
	for t := range l.lives {
		if l.lives[t].refused.Load() && l.lives[t].reported.Load() {
			r.Errorf("token %#x is reported, though the call that brought it has failed", t)
		}
	}
}

// A handle belongs to one worker.
type handle struct {
	near, far platform.Handle
	token     platform.Token // 0 where near is not added
}

// A worker does one thing after the other.
type worker struct {
	r       *rig
	ledger  *ledger
	rand    *rand.Rand
	handles []*handle
}

func (w *worker) step() error {
	h := w.handles[w.rand.IntN(len(w.handles))]
	in := platform.Interest(1 + w.rand.IntN(3))
	m := everyMode[w.rand.IntN(len(everyMode))]
	switch w.rand.IntN(7) {
	case 0, 1:
		t := w.ledger.draw()
		err := w.r.Add(h.near, t, in, m)
		if h.token != 0 {
			w.ledger.lives[t].refused.Store(true)
			return only("add", err, platform.ErrExists)
		}
		h.token = t
		return err
	case 2:
		t := w.ledger.draw()
		err := w.r.Modify(h.near, t, in, m)
		if h.token == 0 {
			w.ledger.lives[t].refused.Store(true)
			return only("modify", err, platform.ErrNotFound)
		}
		w.ledger.end(h.token)
		h.token = t
		return err
	case 3:
		err := w.r.Delete(h.near)
		if h.token == 0 {
			return only("delete", err, platform.ErrNotFound)
		}
		w.ledger.end(h.token)
		h.token = 0
		return err
	case 4:
		var one [1]byte
		_, _ = readHandle(h.near, one[:])
		if h.token != 0 {
			return w.r.Rearm(h.near, h.token, in)
		}
	case 5:
		if _, err := writeHandle(h.far, []byte("x")); err != nil && !wouldBlock(err) && !exhausted(err) {
			return err
		}
	case 6:
		return w.r.Wake()
	}
	return nil
}

// only returns an error unless err is the one that is wanted.
func only(op string, err, want error) error {
	if !errors.Is(err, want) {
		return fmt.Errorf("%s: %w, want %w", op, err, want)
	}
	return nil
}
