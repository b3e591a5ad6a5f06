package reactor

import (
	"context"
	"runtime"
)

// check rejects arguments that have no meaning.
func check(method string, in Interest, op func() error) error {
	if op == nil {
		return &Error{method, "nil operation"}
	}
	if !in.IsValid() {
		return &Error{method, "interest " + in.String()}
	}
	return nil
}

// state returns why the registration has ended, or nil. The slot may serve
// another one by now, so w alone does not tell.
func (g *Registration) state(w word) error {
	if g.dead.Load() {
		return ErrDeregistered
	}
	return w.err()
}

// look returns what is ready of mask, now.
func (g *Registration) look(mask word) (ReadyEvent, error) {
	w := g.s.word.load()
	// In this order: if w is already another registration's, this one is dead.
	if err := g.state(w); err != nil {
		return ReadyEvent{}, err
	}
	return eventOf(w, mask), nil
}

// watched rejects to wait for what can't come.
func (g *Registration) watched(method string, in Interest) error {
	have := Interest(g.s.interest.Load())
	if in&have != 0 {
		return nil
	}
	// In this order: if have is already another registration's, this one is dead.
	if err := g.state(g.s.word.load()); err != nil {
		return err
	}
	return &Error{method, "waiting for " + in.String() + ", registered for " + have.String()}
}

// pollReady is PollReadReady and PollWriteReady.
func (g *Registration) pollReady(method string, d Direction, in Interest, w Waker) (ReadyEvent, error) {
	if w == nil {
		return ReadyEvent{}, &Error{method, "nil waker"}
	}
	mask := maskOf(in)
	ev, err := g.look(mask)
	if err != nil || !ev.Ready.IsEmpty() {
		return ev, err
	}
	if err := g.watched(method, in); err != nil {
		return ReadyEvent{}, err
	}
	now, stored := g.s.store(d, w, mask, g.generation)
	if stored {
		// Reregister changes the interest first, and then looks at the slot.
		if err := g.watched(method, in); err != nil {
			return ReadyEvent{}, err
		}
		if g.r.trace.Park != nil {
			g.r.trace.Park(g.Handle(), in)
		}
		return ReadyEvent{}, ErrPending
	}
	if err := g.state(now); err != nil {
		return ReadyEvent{}, err
	}
	return eventOf(now, mask), nil
}

// pollIO is PollIO and its two short forms.
func (g *Registration) pollIO(method string, d Direction, w Waker, op func() error) error {
	in := d.Interest()
	if err := check(method, in, op); err != nil {
		return err
	}
	for {
		ev, err := g.pollReady(method, d, in, w)
		if err != nil {
			return err
		}
		turn := g.r.turn.Load()
		if !g.s.budget.left(turn, g.r.limit) {
			return g.yield(d, w)
		}
		result := op()
		if !isOver(result) {
			g.s.budget.spend(turn)
			return result
		}
		if err := g.wouldBlock(ev, in); err != nil {
			return err
		}
		if isDrained(result) {
			g.s.budget.spend(turn)
			return nil
		}
	}
}

// isOver reports whether an operation's result says that the next one would
// block.
func isOver(err error) bool { return err != nil && (isDrained(err) || isWouldBlock(err)) }

// yield has an owner that used up its budget woken in the next turn.
func (g *Registration) yield(d Direction, w Waker) error {
	now, stored := g.s.store(d, w, 0, g.generation)
	if !stored {
		return g.state(now)
	}
	r := g.r
	r.counters.yields.Add(1)
	r.yields.push(yield{g.s, g.generation, d})
	if r.awaiting.Load() {
		if err := r.Wake(); err != nil {
			return err
		}
	}
	return ErrPending
}

// peek returns what is ready of in, now, unless ctx has ended.
func (g *Registration) peek(ctx context.Context, in Interest) (ReadyEvent, error) {
	if ctx != nil {
		if err := ctx.Err(); err != nil {
			return ReadyEvent{}, err
		}
	}
	return g.look(maskOf(in))
}

// wait parks until there may be something to see: not what it was woken for, but
// what holds then. It is apart from what its callers do when they need not wait,
// so that a goroutine parks with little stack: of many, none is in a cache when it
// is woken.
func (g *Registration) wait(ctx context.Context, method string, in Interest) error {
	if err := g.watched(method, in); err != nil {
		return err
	}
	r := g.r
	w := r.waiters.get(maskOf(in))
	now, enlisted := g.s.enlist(w, g.generation)
	if !enlisted {
		r.waiters.put(w)
		return g.state(now)
	}
	// Reregister and Interrupt change something first, and then look at the
	// list: what came before the waiter was on it is seen here.
	if err := g.watched(method, in); err != nil {
		g.giveUp(w)
		return err
	}
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
		if done == nil {
			if err := ctx.Err(); err != nil {
				g.giveUp(w)
				return err
			}
		}
	}
	if r.trace.Park != nil {
		r.trace.Park(g.Handle(), in)
	}
	woken := w.wait(done)
	// What waits is not forgotten, however little else is known of it.
	runtime.KeepAlive(g)
	if !woken {
		g.giveUp(w)
		return ctx.Err()
	}
	r.waiters.put(w)
	return nil
}

// giveUp takes a waiter off the list that waits no more. Where a wake is on its
// way to it, it serves nobody else.
func (g *Registration) giveUp(w *waiter) {
	if g.s.leave(w) {
		g.r.waiters.put(w)
	}
}

// wouldBlock clears what an operation has found to be over, and asks for the
// next edge where the system has none of its own.
func (g *Registration) wouldBlock(ev ReadyEvent, in Interest) error {
	changed := g.s.word.clear(ev.bits())
	if g.r.trace.Clear != nil {
		g.r.trace.Clear(g.Handle(), ev.Ready, changed)
	}
	err := g.r.poller.Rearm(g.Handle(), makeToken(g.s.index, g.generation), in)
	if err == nil {
		return nil
	}
	if ended := g.state(g.s.word.load()); ended != nil {
		return ended
	}
	return gone(err)
}
