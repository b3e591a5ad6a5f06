package reactor

import "sync/atomic"

// Stats are counts since the reactor was made, and two of what there is now.
type Stats struct {
	Registered   uint64 // registrations made
	Deregistered uint64 // registrations ended, forgotten ones too
	Forgotten    uint64 // registrations that became unreachable before they were ended

	Turns  uint64 // turns taken
	Ready  uint64 // events that reached a registration
	Stale  uint64 // events that named a registration that had ended
	Woken  uint64 // wakers and waiters woken by events
	Yields uint64 // times that a budget was used up
	Wakes  uint64 // calls of Wake, the reactor's own too

	Live           int // registrations now
	PendingRelease int // registrations that ended since the last turn began
}

// counters are the counts of Stats.
type counters struct {
	registered   atomic.Uint64
	deregistered atomic.Uint64
	forgotten    atomic.Uint64
	turns        atomic.Uint64
	ready        atomic.Uint64
	stale        atomic.Uint64
	woken        atomic.Uint64
	yields       atomic.Uint64
	wakes        atomic.Uint64
}

// Stats returns counts. Each is exact; together they are of slightly different
// moments. It may be called from any goroutine, after Close too.
func (r *Reactor) Stats() Stats {
	c := &r.counters
	s := Stats{
		Deregistered: c.deregistered.Load(), // before Registered: Live is never below 0
		Registered:   c.registered.Load(),
		Forgotten:    c.forgotten.Load(),
		Turns:        c.turns.Load(),
		Ready:        c.ready.Load(),
		Stale:        c.stale.Load(),
		Woken:        c.woken.Load(),
		Yields:       c.yields.Load(),
		Wakes:        c.wakes.Load(),
	}
	s.Live = int(s.Registered - s.Deregistered)
	s.PendingRelease = int(r.set.pending.Load())
	return s
}
