package reactor

import (
	"errors"
	"net"
	"os"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

var (
	// ErrPending says that nothing is ready; the Waker that was handed in will be woken.
	ErrPending = errors.New("rouse: not ready yet, the waker will be woken")

	// ErrWouldBlock says that the operation can't go on now. An operation returns it,
	// or the system's own error, to say so; errors.Is finds the system's own
	// error in it.
	ErrWouldBlock error = wouldBlock{}

	// ErrDrained is what an operation returns that did its work, and knows that the
	// next one would block: the readiness is cleared as if that one had been
	// tried, and the method returns nil. An operation must be sure: a short read
	// is no proof in general (see package netio for where it is one).
	ErrDrained = errors.New("rouse: done, and the next operation would block")

	// ErrShutdown says that the reactor was closed. errors.Is finds os.ErrClosed in it.
	ErrShutdown error = shutdown{}

	// ErrDeregistered says that the registration was ended. It is net.ErrClosed.
	ErrDeregistered = net.ErrClosed

	// ErrBusy says that another goroutine is in a turn of this reactor, or this one
	// already is. It is platform.ErrBusy.
	ErrBusy = platform.ErrBusy
)

type wouldBlock struct{}

func (wouldBlock) Error() string        { return "rouse: operation would block" }
func (wouldBlock) Is(target error) bool { return target == native.WouldBlock }
func (wouldBlock) Temporary() bool      { return true }
func (wouldBlock) Timeout() bool        { return false }

type shutdown struct{}

func (shutdown) Error() string        { return "rouse: reactor is shut down" }
func (shutdown) Is(target error) bool { return target == os.ErrClosed }

// isWouldBlock reports whether an operation's error says would-block.
func isWouldBlock(err error) bool {
	// The first two are what operations return; the rest is what wraps them.
	return err == native.WouldBlock || err == ErrWouldBlock ||
		errors.Is(err, native.WouldBlock) || errors.Is(err, ErrWouldBlock)
}

// isDrained reports whether an operation's error says that it was the last one for
// now.
func isDrained(err error) bool { return errors.Is(err, ErrDrained) }

// An Error says which argument of a call has no meaning. errors.Is finds
// os.ErrInvalid in it.
type Error struct {
	Op     string // the method
	Reason string
}

// Error returns the method and the reason.
func (e *Error) Error() string { return "rouse: " + e.Op + ": " + e.Reason }

// Unwrap returns os.ErrInvalid.
func (e *Error) Unwrap() error { return os.ErrInvalid }

// gone turns the poller's word for a closed poller into the reactor's.
func gone(err error) error {
	if errors.Is(err, platform.ErrClosed) {
		return ErrShutdown
	}
	return err
}
