package park

import (
	"errors"
	"syscall"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// A Spot is one parked connection. The zero Spot is none.
type Spot[T any] struct {
	lot  *Lot[T]
	g    *reactor.Registration
	conn syscall.Conn
	v    T

	// It is in the line of its lot until somebody takes it out, who then wakes or
	// has cancelled it. That is all the state that there is.
	next, prev *Spot[T]      // guarded by lot.mu; nil when it was taken out
	expiry     time.Duration // since lot.epoch
}

// Cancel takes Park back. It reports true where the wake will not come: the
// connection is the caller's again, and registered nowhere. It reports false
// where the wake has come, is on its way, or was cancelled before.
func (s *Spot[T]) Cancel() bool {
	if s == nil || s.lot == nil || !s.lot.take(s) {
		return false
	}
	_ = s.end() // it has ended, whatever the system said
	s.lot.settle()
	return true
}

// end ends the registration of a spot that was taken out.
func (s *Spot[T]) end() error { return s.g.Deregister() }

// lost returns the error of a connection that was closed, or nil.
func (s *Spot[T]) lost() error {
	rc, err := s.conn.SyscallConn()
	if err != nil {
		return err
	}
	return rc.Control(func(uintptr) {})
}

// A waker is a Spot as the reactor sees it.
type waker[T any] Spot[T]

// Wake implements [reactor.Waker]. It may be called for nothing, and by the end
// of the registration itself.
func (w *waker[T]) Wake() {
	s := (*Spot[T])(w)
	ev, err := s.g.PollReadReady(w)
	if !errors.Is(err, reactor.ErrPending) && s.lot.take(s) {
		_ = s.lot.wakeUp(s, Wake{ev.Ready, err}) // what the system said of the end, the next Park would say
	}
}
