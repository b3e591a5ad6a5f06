package reactor

import (
	"errors"
	"math"
	"time"

	"github.com/rouse-io/rouse/internal/step"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// turnBatch is how many events one turn dispatches at most.
const turnBatch = 256

// A Reactor watches handles and wakes who waits for them. One goroutine drives
// it, by [Reactor.Run] or [Reactor.Turn]; all other methods may be called from
// any goroutine.
type Reactor struct {
	poller platform.Poller
	parker platform.Parker // poller, where the loop parks in it; or nil
	spin   time.Duration
	limit  uint32 // operations of one registration in one turn
	trace  Trace

	set     registrationSet
	owners  owners
	yields  yields
	waiters waiterPool
	nursery nursery // guarded by owners.mu

	turn     step.Uint32 // number of the turn
	turning  step.Bool   // a turn is under way; its goroutine owns events
	awaiting step.Bool   // the turn is about to wait, or waits: it must be woken for what is left to it
	woken    step.Bool   // Wake was called, and no wait has ended since
	events   [turnBatch]platform.Event
	called   [turnBatch]*scheduledIO // whom the events are for

	counters counters
}

// owners knows which registration a handle belongs to. A handle that was closed
// is gone from the kernel, and its number may come back for another file, even
// for one that is registered here; ending the old registration must not take
// the new one off the poller.
type owners struct {
	// mu is held over the poller's Add, Modify and Delete, so that who owns a
	// handle here is who owns it there. The poller's own locks come after it.
	mu  step.Mutex
	of  handleTable
	own own
}

// New makes a Reactor on the system's own poller. Its errors are package
// platform's; errors.ErrUnsupported says that this system has no adapter.
func New(opts ...Option) (*Reactor, error) {
	c := configure(opts)
	if c.poller == nil {
		p, err := native.Open()
		if err != nil {
			return nil, err
		}
		c.poller = p
	}
	r := &Reactor{
		poller: c.poller,
		spin:   c.spin,
		limit:  ^uint32(0),
		trace:  c.trace,
	}
	if c.budget > 0 {
		r.limit = uint32(min(c.budget, math.MaxInt32))
	}
	if p, ok := c.poller.(platform.Parker); ok && !c.blocking && p.CanPark() {
		r.parker = p
	}
	return r, nil
}

// Wake ends the turn that waits, or keeps the next one from waiting. Many calls
// before the loop comes round cost one system call. After Close it returns
// ErrShutdown.
func (r *Reactor) Wake() error {
	r.counters.wakes.Add(1)
	r.woken.Store(true)
	return gone(r.poller.Wake())
}

// Close shuts the reactor down and closes its poller. Everybody who waits
// returns with ErrShutdown, a turn and every later call too; wakers are woken on
// this goroutine. The handles that were registered stay open, but for those that
// registrations own. Close may be called from a Waker. Calling it again does nothing.
func (r *Reactor) Close() error {
	all, first := r.set.shutdown()
	if !first {
		return nil
	}
	for _, s := range all {
		s.word.or(wordShutdown)
		s.wakeEverybody()
	}
	return errors.Join(r.poller.Close(), r.closeOwn())
}
