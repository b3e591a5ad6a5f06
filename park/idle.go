package park

import "time"

// All have the same idle time, so the line is in order of expiry and one timer
// serves it. The timer is not moved when a connection leaves, which is what most
// do: it finds nothing to do then, and asks for the next.

// lateness is the part of the idle time by which a wake may be late: so the timer
// fires 64 times in an idle time at most, however many are parked.
const lateness = 64

// arm has the line looked at after d. It needs mu.
func (l *Lot[T]) arm(d time.Duration) {
	l.armed = true
	if l.timer == nil {
		l.timer = time.AfterFunc(d, l.expire)
		return
	}
	l.timer.Reset(d)
}

// expire wakes those that have been idle for too long. It runs on the timer's
// goroutine, never twice at once: it is armed again when it is done.
func (l *Lot[T]) expire() {
	now := time.Since(l.epoch)
	woken := false
	for s := l.takeDue(now); s != nil; s = l.takeDue(now) {
		err := s.lost()
		if err == nil {
			err = ErrIdle
		}
		_ = l.wakeUp(s, Wake{Err: err}) // as in Wake
		woken = true
	}
	if woken {
		l.nudged()
	}
	l.armNext()
}

// armNext has the line looked at when the first in it expires.
func (l *Lot[T]) armNext() {
	l.mu.Lock()
	defer l.mu.Unlock()
	first := l.parked.first
	if first == nil || l.closed {
		l.armed = false
		return
	}
	l.arm(max(first.expiry-time.Since(l.epoch), l.idle/lateness))
}
