package reactor

import "github.com/rouse-io/rouse/internal/step"

// A waiter is a goroutine that waits for an interest. Any number of them can
// wait in one registration.
type waiter struct {
	next, prev *waiter // in scheduledIO.waiters, or nil; guarded by its mu
	mask       word    // what satisfies it
	order      uint32  // when it came, by scheduledIO.order
	woken      step.Signal
}

// wait parks the goroutine until it is woken, and reports false where done comes
// first.
func (w *waiter) wait(done <-chan struct{}) bool { return w.woken.Wait(done) }

// A waiterPool keeps waiters for the next wait. Each reactor has its own, because
// a channel must not leave the testing/synctest bubble that it was made in.
type waiterPool struct{ pool step.Pool }

func (p *waiterPool) get(mask word) *waiter {
	w, ok := p.pool.Get().(*waiter)
	if !ok {
		w = new(waiter)
		w.woken.Init()
	}
	w.mask = mask
	return w
}

// put takes back a waiter that is on no list, and that no wake is on its way to.
func (p *waiterPool) put(w *waiter) { p.pool.Put(w) }

// Wake lets the goroutine go on. A waiter is taken off the list before it is
// woken, so there is never more than one wake to hold.
func (w *waiter) Wake() { w.woken.Send() }

// wakeBatch is how many waiters are taken off the list before the lock is given
// back and they are woken: what fits a few cache lines of stack, and bounds how
// long the lock is held (tokio's WakeList has the same 32).
const wakeBatch = 32

// A waiterList is the waiters of one registration, the oldest first. It is a
// ring with a pointer to its oldest, so that it takes one word where, as
// nearly always, it is empty.
type waiterList struct{ first *waiter }

func (l *waiterList) push(w *waiter) {
	if l.first == nil {
		w.next, w.prev = w, w
		l.first = w
		return
	}
	last := l.first.prev
	w.prev, w.next = last, l.first
	last.next, l.first.prev = w, w
}

func (l *waiterList) remove(w *waiter) {
	if w.next == w {
		l.first = nil
	} else {
		w.prev.next, w.next.prev = w.next, w.prev
		if l.first == w {
			l.first = w.next
		}
	}
	w.next, w.prev = nil, nil
}

// take takes waiters off the list that bits satisfy, those that came after limit
// excepted. It reports whether the batch was too small.
func (l *waiterList) take(bits word, limit uint32, batch *[wakeBatch]*waiter) (k int, more bool) {
	for w, last := l.first, false; w != nil && !last && int32(w.order-limit) <= 0; {
		next := w.next
		last = next == l.first
		if w.mask&bits != 0 {
			if k == len(batch) {
				return k, true
			}
			l.remove(w)
			batch[k] = w
			k++
		}
		w = next
	}
	return k, false
}

// contains reports whether w is on the list: a waiter is on one list at most.
func (l *waiterList) contains(w *waiter) bool { return w.next != nil }
