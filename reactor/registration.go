package reactor

import (
	"context"
	"runtime"

	"github.com/rouse-io/rouse/internal/step"
	"github.com/rouse-io/rouse/platform"
)

// A Registration is one handle in a reactor. Its methods may be called from any
// goroutine, with one rule: in poll style a direction has one waker, and the
// last caller's is the one that is woken. So at most one owner polls for reading
// and one for writing. Any number of goroutines may wait by Readiness and
// AsyncIO beside them.
//
// After Deregister every method returns ErrDeregistered, after the reactor was
// closed ErrShutdown; who waits then is woken, and gets the same. A handle that is
// closed must be deregistered by hand, before or after: the kernel forgets it and
// tells nobody. If its number comes back and is registered here, the old
// registration has ended by that.
//
// A Registration that becomes unreachable is deregistered, and counted in
// [Stats]. That is a safety net: it comes late, and the handle may be closed by
// then. It is done by a finalizer, so that there can be no other one.
type Registration struct {
	r          *Reactor
	s          *scheduledIO
	generation uint32
	dead       step.Bool // Deregister was called

	place int32 // in the nursery; guarded by owners.mu
}

// Handle returns the handle that was registered, and platform.NoHandle when the
// registration has ended: an operation that comes late must not find another's,
// and fails as one on a bad descriptor does.
func (g *Registration) Handle() Handle {
	h := Handle(g.s.handle.Load())
	// In this order: if h is already another registration's, this one is dead.
	if g.s.word.load()&wordDeregistered != 0 || g.dead.Load() {
		return platform.NoHandle
	}
	return h
}

// Deregister ends the registration. It is safe whether the handle was closed
// before, is closed meanwhile or stays open, and wakes all who wait. The system
// is told first; its error, if it has one, is returned, but the registration
// has ended all the same. A second call returns ErrDeregistered. After the
// reactor was closed it does nothing and returns nil.
func (g *Registration) Deregister() error {
	if !g.dead.CompareAndSwap(false, true) {
		return ErrDeregistered
	}
	return g.r.deregister(g.s, g)
}

// Reregister changes what the handle is watched for. What holds already is
// reported anew. Who waits for an interest that is no longer watched gets an
// error that is os.ErrInvalid.
func (g *Registration) Reregister(in Interest) error {
	if !in.IsValid() {
		return &Error{"Reregister", "interest " + in.String()}
	}
	r, s := g.r, g.s
	r.owners.mu.Lock()
	err := g.state(s.word.load())
	h := Handle(s.handle.Load())
	if err == nil {
		err = gone(r.poller.Modify(h, makeToken(s.index, g.generation), in, platform.Edge))
	}
	var dropped Interest
	if err == nil {
		dropped = Interest(s.interest.Swap(uint32(in))) &^ in
	}
	r.owners.mu.Unlock()
	if dropped != 0 {
		s.wake(maskOf(dropped))
	}
	return err
}

// PollReadReady returns the readiness for reading, or ErrPending, and then
// wakes w when it changes. Where the registration is for Priority, that counts
// as well. What is returned stays until ClearReadiness.
func (g *Registration) PollReadReady(w Waker) (ReadyEvent, error) {
	in := Interest(g.s.interest.Load()) & (Readable | Priority)
	return g.pollReady("PollReadReady", Read, max(in, Readable), w)
}

// PollWriteReady is PollReadReady for writing.
func (g *Registration) PollWriteReady(w Waker) (ReadyEvent, error) {
	return g.pollReady("PollWriteReady", Write, Writable, w)
}

// PollReadIO is PollIO for reading.
func (g *Registration) PollReadIO(w Waker, op func() error) error {
	return g.pollIO("PollReadIO", Read, w, op)
}

// PollWriteIO is PollIO for writing.
func (g *Registration) PollWriteIO(w Waker, op func() error) error {
	return g.pollIO("PollWriteIO", Write, w, op)
}

// PollIO calls op if the direction is ready, and returns what op returns. While
// it is not ready, or op would block, it returns ErrPending, and w will be
// woken.
//
// Op must not block. It says would-block by ErrWouldBlock or the system's
// error, bare or wrapped, and only after an operation on the handle said so:
// nothing is tried again before a new event. It returns ErrDrained where it did
// its work and knows that the next one would block.
//
// An owner that used up its budget of the turn gets ErrPending too, and is
// woken in the next turn.
func (g *Registration) PollIO(d Direction, w Waker, op func() error) error {
	return g.pollIO("PollIO", d, w, op)
}

// TryIO calls op if any of in is ready, and returns what op returns. While it is
// not, or op would block, it returns ErrWouldBlock at once. Would-block of a
// combined interest says that none of it can go on: op tries both directions.
func (g *Registration) TryIO(in Interest, op func() error) error {
	if err := check("TryIO", in, op); err != nil {
		return err
	}
	ev, err := g.look(maskOf(in))
	if err != nil {
		return err
	}
	if ev.Ready.IsEmpty() {
		if err := g.watched("TryIO", in); err != nil {
			return err
		}
		return ErrWouldBlock
	}
	result := op()
	if !isOver(result) {
		return result
	}
	if err := g.wouldBlock(ev, in); err != nil {
		return err
	}
	if isDrained(result) {
		return nil
	}
	return ErrWouldBlock
}

// AsyncIO calls op as soon as any of in is ready, and again whenever it would
// have blocked, until it returns something else: that is returned. It returns
// ctx's error when ctx ends first. The goroutine parks meanwhile; a nil ctx
// never ends. Op is as for PollIO.
//
// A goroutine that used up the registration's budget of the turn lets others
// run.
func (g *Registration) AsyncIO(ctx context.Context, in Interest, op func() error) error {
	if err := check("AsyncIO", in, op); err != nil {
		return err
	}
	for {
		ev, err := g.peek(ctx, in)
		if err != nil {
			return err
		}
		if ev.Ready.IsEmpty() {
			if err := g.wait(ctx, "AsyncIO", in); err != nil {
				return err
			}
			continue
		}
		turn := g.r.turn.Load()
		if !g.s.budget.left(turn, g.r.limit) {
			g.r.counters.yields.Add(1)
			runtime.Gosched()
			g.s.budget.renew(turn)
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

// Readiness waits until any of in is ready, and returns what is. It returns
// ctx's error when ctx ends first, and also where it has ended already; a nil
// ctx never ends. What is returned stays until ClearReadiness.
func (g *Registration) Readiness(ctx context.Context, in Interest) (ReadyEvent, error) {
	if !in.IsValid() {
		return ReadyEvent{}, &Error{"Readiness", "interest " + in.String()}
	}
	for {
		ev, err := g.peek(ctx, in)
		if err != nil || !ev.Ready.IsEmpty() {
			return ev, err
		}
		if err := g.wait(ctx, "Readiness", in); err != nil {
			return ReadyEvent{}, err
		}
	}
}

// Interrupt wakes those who wait for any of in, though nothing has become ready:
// a Waker is woken, and a goroutine in Readiness or AsyncIO looks at its context
// again and, where that has not ended, goes on waiting. It is for what ends an
// operation from outside, as a deadline that can be moved does, at no cost
// while nothing ends. Wakers run on the calling goroutine.
func (g *Registration) Interrupt(in Interest) error {
	if !in.IsValid() {
		return &Error{"Interrupt", "interest " + in.String()}
	}
	if err := g.state(g.s.word.load()); err != nil {
		return err
	}
	// Whoever has the slot if this registration ends just now is woken for
	// nothing, which may happen at any time.
	g.s.wake(maskOf(in))
	return nil
}

// ClearReadiness takes back the readiness in ev, after an operation has said
// that it would block. What has come since ev was seen stays, and so does what
// is final: closed directions. Where the system has no edges it is asked for
// the next one.
//
// The methods that take an op do this themselves.
func (g *Registration) ClearReadiness(ev ReadyEvent) {
	_ = g.wouldBlock(ev, ev.directions())
}
