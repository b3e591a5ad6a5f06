package reactor

import "github.com/rouse-io/rouse/internal/step"

// notifyAfter is how many registrations may wait for their release before the
// loop is woken for it. Ended registrations cost memory until the next turn,
// and a loop with nothing to do has none; a wake for each would cost more than
// it frees. Sixteen is tokio's figure.
const notifyAfter = 16

// A registrationSet holds the registrations of a reactor. An ended one is kept
// until the next turn begins, because the batch of events under way may still
// name it.
type registrationSet struct {
	slab    slab
	pending step.Int32 // len(synced.pending), to look at without the lock

	mu     step.Mutex // held for a few steps; may lock a scheduledIO inside
	synced syncedSet  // guarded by mu
}

// A syncedSet is the half of a registrationSet that needs its lock.
type syncedSet struct {
	shutdown bool
	used     uint32         // indices ever handed out
	free     []uint32       // of them, those that are free again
	pending  []*scheduledIO // ended, not released
}

// allocate starts a registration. It returns ErrShutdown after shutdown.
func (r *registrationSet) allocate(h Handle, in Interest) (*scheduledIO, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.synced.shutdown {
		return nil, ErrShutdown
	}
	s := r.slab.get(r.synced.take(&r.slab))
	s.serve(h, in)
	return s, nil
}

// take hands out an index.
func (s *syncedSet) take(slab *slab) uint32 {
	if n := len(s.free); n > 0 {
		index := s.free[n-1]
		s.free = s.free[:n-1]
		return index
	}
	if s.used%pageSize == 0 {
		slab.grow()
	}
	s.used++
	return s.used - 1
}

// give takes an index back.
func (s *syncedSet) give(io *scheduledIO) { s.free = append(s.free, io.index) }

// abandon takes back what allocate gave and no poller ever heard of.
func (r *registrationSet) abandon(s *scheduledIO) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.word.or(wordDeregistered)
	r.synced.give(s)
}

// deregister queues a registration for release. It reports true for the
// notifyAfter-th: the loop should take a turn.
func (r *registrationSet) deregister(s *scheduledIO) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.synced.shutdown {
		return false // there will be no turn, and nothing is used again
	}
	r.synced.pending = append(r.synced.pending, s)
	r.pending.Store(int32(len(r.synced.pending)))
	return len(r.synced.pending) == notifyAfter
}

// needsRelease reports whether release has something to do.
func (r *registrationSet) needsRelease() bool { return r.pending.Load() != 0 }

// release frees what was deregistered. Only who holds the turn may call it, and
// only between two batches.
func (r *registrationSet) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range r.synced.pending {
		s.retire()
		r.synced.give(s)
		r.synced.pending[i] = nil
	}
	r.synced.pending = r.synced.pending[:0]
	r.pending.Store(0)
}

// shutdown lets nobody in any more. It returns every registration that has not
// ended, so that they can be told, and reports false if it was called before.
func (r *registrationSet) shutdown() ([]*scheduledIO, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.synced.shutdown {
		return nil, false
	}
	r.synced.shutdown = true
	r.synced.pending = nil
	r.pending.Store(0)
	all := make([]*scheduledIO, 0, int(r.synced.used)-len(r.synced.free))
	for index := range r.synced.used {
		if s := r.slab.get(index); s.word.load()&wordDeregistered == 0 {
			all = append(all, s)
		}
	}
	return all, true
}
