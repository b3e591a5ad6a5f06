package reactor

import (
	"context"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// Run drives the reactor until ctx ends, and returns its error, or until Close,
// and returns ErrShutdown. It returns ErrBusy where another goroutine drives
// the reactor already.
func (r *Reactor) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = r.Wake() })
	defer stop()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := r.Turn(-1); err != nil {
			return err
		}
	}
}

// Turn waits for events, for a wake or for the timeout, and dispatches what has
// come: it returns how many events that were. A timeout below 0 means no limit,
// 0 means do not wait. It is for those who own the loop; others call Run.
//
// One goroutine takes turns at a time: Turn returns ErrBusy meanwhile, also to
// a Waker that calls it. After Close it returns ErrShutdown. It does not
// allocate.
func (r *Reactor) Turn(timeout time.Duration) (int, error) {
	if !r.turning.CompareAndSwap(false, true) {
		return 0, ErrBusy
	}
	defer r.turning.Store(false)
	var start time.Time
	if r.trace.Turn != nil {
		start = time.Now()
	}

	// Who leaves something for the loop from here on, finds awaiting set and
	// wakes it; what was left before is found below.
	r.awaiting.Store(true)

	// Between two batches nothing in flight names what has ended.
	if r.set.needsRelease() {
		r.set.release()
	}
	r.turn.Add(1)
	yielded := r.yields.take()
	if len(yielded) > 0 {
		timeout = 0
	}
	n, err := r.wait(r.events[:], timeout)
	r.awaiting.Store(false)
	if err != nil {
		for i := range yielded {
			r.resume(&yielded[i])
		}
		return 0, gone(err)
	}

	var waited time.Duration
	if r.trace.Turn != nil {
		waited = time.Since(start)
	}
	// A look at each of them first: many registrations are in no cache, and so they
	// are fetched at the same time, not one after the other.
	for i := range r.events[:n] {
		r.called[i] = r.find(r.events[i].Token)
	}
	ready, woken := 0, 0
	for i := range r.events[:n] {
		if k, ok := r.dispatch(r.called[i], r.events[i].Ready); ok {
			ready++
			woken += k
		}
	}
	for i := range yielded {
		woken += r.resume(&yielded[i])
	}
	c := &r.counters
	c.turns.Add(1)
	if n > 0 {
		c.ready.Add(uint64(ready))
		c.stale.Add(uint64(n - ready))
	}
	if woken > 0 {
		c.woken.Add(uint64(woken))
	}
	if r.trace.Turn != nil {
		r.trace.Turn(TurnInfo{Events: n, Waited: waited, Elapsed: time.Since(start)})
	}
	return n, nil
}

// find returns the scheduledIO that a token names, or nil where its registration
// has ended: then whoever has the slot now must not see the event. What it says
// holds until the turn ends, because slots are released by who holds the turn.
func (r *Reactor) find(t platform.Token) *scheduledIO {
	index, generation := splitToken(t)
	s := r.set.slab.get(index)
	if s == nil || s.generation != generation {
		return nil
	}
	return s
}

// dispatch hands an event to a registration. It reports false where that has ended.
func (r *Reactor) dispatch(s *scheduledIO, ready platform.Ready) (woken int, ok bool) {
	if s == nil || !s.word.set(ready) {
		return 0, false
	}
	if r.trace.Ready != nil {
		r.trace.Ready(Handle(s.handle.Load()), ready)
	}
	woken = s.wake(bitsOf(ready))
	if woken > 0 && r.trace.Wake != nil {
		r.trace.Wake(Handle(s.handle.Load()), woken)
	}
	return woken, true
}

// resume wakes an owner that used up its budget in an earlier turn.
func (r *Reactor) resume(y *yield) int {
	if y.io.generation != y.generation {
		return 0
	}
	return y.io.wakeSlot(y.direction)
}
