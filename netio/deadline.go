package netio

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// A deadline is the context of one direction of a socket: it ends at a time that
// can be moved, also back to never. It has no channel: whoever waits looks at it
// again when the registration is interrupted.
type deadline struct {
	passed atomic.Bool
	shut   atomic.Bool // the direction was shut down

	mu    sync.Mutex
	alarm *alarm // once there was a time, so that the rest costs little; guarded by mu
}

// An alarm is the time of a deadline, and the timer that waits for it.
type alarm struct {
	at    time.Time // zero where there is none ahead
	timer *time.Timer
}

// set moves the deadline. When it has passed, now or later, those who wait for
// the interest are interrupted.
func (d *deadline) set(t time.Time, g *reactor.Registration, in reactor.Interest) {
	d.mu.Lock()
	past := d.move(t, g, in)
	d.mu.Unlock()
	if past {
		_ = g.Interrupt(in) // it fails where nobody waits any more
	}
}

// move reports whether t is past. It needs mu.
func (d *deadline) move(t time.Time, g *reactor.Registration, in reactor.Interest) (past bool) {
	d.clear()
	if t.IsZero() {
		d.passed.Store(false)
		return false
	}
	now := time.Now()
	left := t.Sub(now)
	d.passed.Store(left <= 0)
	if left <= 0 {
		return true
	}
	if d.alarm == nil {
		d.alarm = new(alarm)
	}
	// By the monotonic clock, whatever t was made of.
	d.alarm.at = now.Add(left)
	if d.alarm.timer != nil {
		d.alarm.timer.Reset(left)
		return false
	}
	d.alarm.timer = time.AfterFunc(left, func() {
		if d.expire() {
			_ = g.Interrupt(in)
		}
	})
	return false
}

// expire reports whether the deadline is here: a timer that was stopped too late
// still comes.
func (d *deadline) expire() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.alarm.at.IsZero() || time.Until(d.alarm.at) > 0 {
		return false
	}
	d.alarm.at = time.Time{}
	d.passed.Store(true)
	return true
}

// stop lets nothing more come.
func (d *deadline) stop() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clear()
}

// clear leaves no time ahead. It needs mu.
func (d *deadline) clear() {
	if d.alarm == nil {
		return
	}
	if d.alarm.timer != nil {
		d.alarm.timer.Stop()
	}
	d.alarm.at = time.Time{}
}

// errShut says that there is nothing to wait for in a direction: it was shut
// down, and an operation answers at once. Not every system tells who waits.
var errShut = errors.New("shut down")

// Err is os.ErrDeadlineExceeded once the deadline has passed, and errShut once
// the direction was shut down.
func (d *deadline) Err() error {
	switch {
	case d.passed.Load():
		return os.ErrDeadlineExceeded
	case d.shut.Load():
		return errShut
	}
	return nil
}

// orOver is the result of a poll in d's direction: what ended it while the waker
// was being stored has woken nobody.
func (d *deadline) orOver(err error) error {
	if !isPending(err) {
		return err
	}
	if over := d.Err(); over != nil {
		return over
	}
	return err
}

// shutDown makes those who wait look again.
func (d *deadline) shutDown(g *reactor.Registration, in reactor.Interest) {
	d.shut.Store(true)
	_ = g.Interrupt(in) // it fails where nobody waits any more
}

// Done is nil: see [reactor.Registration.Interrupt].
func (d *deadline) Done() <-chan struct{} { return nil }

// Deadline says nothing, because it may move.
func (d *deadline) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value has none.
func (d *deadline) Value(any) any { return nil }
