package park

import (
	"errors"
	"math"
	"sync"
	"syscall"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// A Registrar registers connections: a *reactor.Reactor, or a group of them.
// It must be driven by somebody, or nobody is woken.
type Registrar interface {
	Register(c syscall.Conn, in reactor.Interest) (*reactor.Registration, error)
}

var _ Registrar = (*reactor.Reactor)(nil)

// A Lot parks connections. One that is parked takes a Spot, of 64 bytes where T is
// a pointer of 64 bits, and a registration: 194 bytes of heap together on Linux.
// On the other systems the adapter keeps something for each as well.
type Lot[T any] struct {
	registrar Registrar
	idle      time.Duration // 0: no limit
	wake      func(T, Wake) // or nil
	nudge     func()        // is called after wakes that did not come from the loop; or nil
	epoch     time.Time

	mu      sync.Mutex // innermost: nothing else is locked or called inside
	parked  line[T]
	owed    int       // parked, or taken out and not yet told
	settled sync.Cond // owed has become 0
	timer   *time.Timer
	armed   bool // the timer runs, or what it calls does
	closed  bool
}

// forever is longer than any program runs, and can be added to how long it has.
const forever = time.Duration(1) << 62

// NewLot makes a Lot on r. A connection that had nothing to read for the idle
// time is woken with ErrIdle: never earlier, and at most a 64th of that time
// later. An idle time of 0 or less is no limit.
//
// Wake is called once for each Park that was not cancelled, with its v. It runs
// on the goroutine that drives the reactor, on the one that closes the reactor
// or the lot, or on one that the lot starts: for those that were idle, and for
// those that became readable while Park ran. It never runs inside Park. So
// several may run at once. It must not block, because nothing else is woken
// meanwhile, and must not panic. A nil wake does nothing.
func NewLot[T any](r Registrar, idle time.Duration, wake func(v T, w Wake)) *Lot[T] {
	l := &Lot[T]{
		registrar: r,
		idle:      min(max(idle, 0), forever),
		wake:      wake,
		epoch:     time.Now(),
	}
	l.settled.L = &l.mu
	return l
}

// Park waits until c is readable, was closed by its peer, is broken, or has
// been idle for too long, and then calls the lot's wake with v. What c has to
// read already counts too. Until then c must not be read or closed; it may be
// written. The lot keeps c and v reachable.
//
// The errors are those of [reactor.Reactor.Register]: a connection that was
// closed is net.ErrClosed, one that is parked platform.ErrExists (unless it is
// in another reactor, where nobody can tell). After Close it is ErrClosed. No
// wake follows an error.
//
// It makes 6 allocations, 2 of which stay, the Spot and the registration. Nothing is
// allocated for a wake with readiness.
func (l *Lot[T]) Park(c syscall.Conn, v T) (*Spot[T], error) {
	if l.registrar == nil {
		return nil, &reactor.Error{Op: "Park", Reason: "nil registrar"}
	}
	g, err := l.registrar.Register(c, reactor.Readable)
	if err != nil {
		return nil, err
	}
	s := &Spot[T]{lot: l, g: g, conn: c, v: v}
	if !l.add(s) {
		_ = s.end() // the error is why
		return nil, ErrClosed
	}
	_, err = g.PollReadReady((*waker[T])(s))
	switch {
	case err == nil: // the loop was faster
		go l.wakeEarly(s)
	case !errors.Is(err, reactor.ErrPending) && l.take(s):
		_ = s.end() // as above
		l.settle()
		return nil, err
	}
	return s, nil
}

// Len returns how many connections are parked.
func (l *Lot[T]) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.parked.size
}

// Close wakes all who are parked, with ErrClosed, on this goroutine. Nobody can
// park any more. A wake that was on its way already may come later. The errors
// are the system's, where it did not let a connection go; it is woken all the
// same. Calling it again does nothing.
func (l *Lot[T]) Close() error {
	if !l.shut() {
		return nil
	}
	var errs []error
	for s := l.takeDue(math.MaxInt64); s != nil; s = l.takeDue(math.MaxInt64) {
		errs = append(errs, l.wakeUp(s, Wake{Err: ErrClosed}))
	}
	l.nudged()
	return errors.Join(errs...)
}

// shut lets nobody in any more. It reports false if it was called before.
func (l *Lot[T]) shut() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.closed = true
	if l.timer != nil {
		l.timer.Stop()
	}
	return true
}

// add puts a spot in the line. It reports false after Close.
func (l *Lot[T]) add(s *Spot[T]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	if l.idle > 0 {
		s.expiry = time.Since(l.epoch) + l.idle
		if !l.armed {
			l.arm(l.idle)
		}
	}
	l.parked.push(s)
	l.owed++
	return true
}

// take takes a spot out of the line, and reports false where somebody else has.
func (l *Lot[T]) take(s *Spot[T]) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.parked.remove(s)
}

// takeDue takes out the first, if it has expired.
func (l *Lot[T]) takeDue(now time.Duration) *Spot[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.parked.first
	if s == nil || s.expiry > now {
		return nil
	}
	l.parked.remove(s)
	return s
}

// wakeUp wakes a spot that was taken out. It returns what the system said of
// the end of the registration.
func (l *Lot[T]) wakeUp(s *Spot[T], w Wake) error {
	err := s.end()
	if l.wake != nil {
		l.wake(s.v, w)
	}
	l.settle()
	return err
}

// wakeEarly wakes a spot whose connection the loop found readable before the
// spot was in its registration.
func (l *Lot[T]) wakeEarly(s *Spot[T]) {
	(*waker[T])(s).Wake()
	l.nudged()
}

// nudged tells who drives a loop that there have been wakes beside it.
func (l *Lot[T]) nudged() {
	if l.nudge != nil {
		l.nudge()
	}
}

// settle counts one that was told, or needs not be.
func (l *Lot[T]) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owed--
	if l.owed == 0 {
		l.settled.Broadcast()
	}
}

// awaitSettled returns when everybody was told: after Close of the lot or the
// reactor, when nobody can come any more.
func (l *Lot[T]) awaitSettled() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.owed > 0 {
		l.settled.Wait()
	}
}

// isClosed reports whether Close was called.
func (l *Lot[T]) isClosed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.closed
}
