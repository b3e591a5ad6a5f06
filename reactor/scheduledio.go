package reactor

import "github.com/rouse-io/rouse/internal/step"

// A scheduledIO is what the loop and the users of one registration share. It
// lives in a slab and never moves. When its registration has ended it serves
// another one, of another generation.
type scheduledIO struct {
	word       atomicWord
	generation uint32 // written by who holds the turn, with mu held
	order      uint32 // of the newest waiter; guarded by mu

	mu      step.Mutex // innermost: nothing else is locked or called inside
	reader  Waker      // guarded by mu
	writer  Waker      // guarded by mu
	waiters waiterList // guarded by mu

	budget   budget
	handle   step.Uintptr
	interest step.Uint32 // what is registered now
	index    uint32      // in the slab, for good
}

// slot returns the place for the waker of a direction. One direction has one:
// the last caller wins. It needs mu.
func (s *scheduledIO) slot(d Direction) *Waker {
	if d == Write {
		return &s.writer
	}
	return &s.reader
}

// store puts a waker in its slot, unless what it waits for is there already: it
// returns the word as it is after that. The waker is stored before the word is
// read again, so a set that this read does not see will find the waker.
func (s *scheduledIO) store(d Direction, w Waker, mask word, generation uint32) (word, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.generation != generation {
		return wordDeregistered, false
	}
	slot := s.slot(d)
	*slot = w
	now := s.word.load()
	if now&(mask|wordShutdown|wordDeregistered) != 0 {
		*slot = nil
		return now, false
	}
	return now, true
}

// enlist puts a waiter on the list, unless what it waits for is there already;
// as store does.
func (s *scheduledIO) enlist(w *waiter, generation uint32) (word, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.generation != generation {
		return wordDeregistered, false
	}
	s.order++
	w.order = s.order
	s.waiters.push(w)
	now := s.word.load()
	if now&(w.mask|wordShutdown|wordDeregistered) != 0 {
		s.waiters.remove(w)
		return now, false
	}
	return now, true
}

// leave takes a waiter off the list that gives up. It reports false where a
// wake has it already, which will come, or has.
func (s *scheduledIO) leave(w *waiter) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.waiters.contains(w) {
		return false
	}
	s.waiters.remove(w)
	return true
}

// wake wakes who is satisfied by bits: the reader, the writer, then the
// waiters. It returns how many it woke. All whose interest matches are woken:
// readiness is a level to them, so one that gives up has nothing to pass on.
func (s *scheduledIO) wake(bits word) int {
	var reader, writer Waker
	s.mu.Lock()
	if bits&maskOf(Readable|Priority) != 0 {
		reader, s.reader = s.reader, nil
	}
	if bits&maskOf(Writable) != 0 {
		writer, s.writer = s.writer, nil
	}
	if s.waiters.first == nil {
		s.mu.Unlock()
		return wakeTwo(reader, writer)
	}
	return s.wakeAll(bits, reader, writer)
}

// wakeSlot wakes the waker of one direction, and returns how many that were.
func (s *scheduledIO) wakeSlot(d Direction) int {
	s.mu.Lock()
	slot := s.slot(d)
	w := *slot
	*slot = nil
	s.mu.Unlock()
	return wakeTwo(w, nil)
}

// wakeTwo wakes the two slots.
func wakeTwo(reader, writer Waker) (n int) {
	if reader != nil {
		reader.Wake()
		n++
	}
	if writer != nil {
		writer.Wake()
		n++
	}
	return n
}

// wakeAll is the rest of wake where there are waiters. It is called with mu
// held, and gives it back.
func (s *scheduledIO) wakeAll(bits word, reader, writer Waker) int {
	// Waiters that come while the lock is given back are not of this event;
	// without a limit, one that comes back at once would be woken for ever.
	limit := s.order
	var batch [wakeBatch]*waiter
	k, more := s.waiters.take(bits, limit, &batch)
	s.mu.Unlock()
	n := wakeTwo(reader, writer)
	for {
		for _, w := range batch[:k] {
			w.Wake()
		}
		n += k
		if !more {
			return n
		}
		s.mu.Lock()
		k, more = s.waiters.take(bits, limit, &batch)
		s.mu.Unlock()
	}
}

// wakeEverybody wakes all, whatever they wait for.
func (s *scheduledIO) wakeEverybody() { s.wake(wordReady | wordErrors) }

// retire ends the generation: from here on the slot may serve another
// registration. Only who holds the turn may call it, so that the events of a
// batch can be told apart without a lock.
func (s *scheduledIO) retire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
	s.reader, s.writer = nil, nil
}

// serve begins the next registration. Whoever dispatches to it sees the handle
// and the interest, because the word is written last.
func (s *scheduledIO) serve(h Handle, in Interest) {
	s.handle.Store(uintptr(h))
	s.interest.Store(uint32(in))
	s.budget.renew(0)
	s.word.reuse()
}
