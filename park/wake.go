package park

import (
	"os"

	"github.com/rouse-io/rouse/reactor"
)

// A Wake says why a connection is not parked any more.
type Wake struct {
	// Ready is what the connection is ready for where Err is nil: readable, read
	// closed where the peer will send nothing more, error where the connection
	// is broken. It is a hint; a Read tells.
	Ready reactor.Ready

	// Err is why there is no readiness. The connection is open then, if nobody
	// has closed it.
	//
	//	ErrIdle              it was idle for too long
	//	ErrClosed            the lot was closed
	//	reactor.ErrShutdown  the reactor was closed
	//	net.ErrClosed        the connection was closed while it was parked
	//
	// The last is found by errors.Is, in what the connection itself said.
	Err error
}

var (
	// ErrIdle says that a connection had nothing to read for the idle time of its
	// lot. errors.Is finds os.ErrDeadlineExceeded in it.
	ErrIdle error = idle{}

	// ErrClosed says that the lot or queue was closed; the connection was not.
	// errors.Is finds os.ErrClosed in it.
	ErrClosed error = closed{}
)

type idle struct{}

func (idle) Error() string        { return "rouse: parked connection was idle for too long" }
func (idle) Is(target error) bool { return target == os.ErrDeadlineExceeded }
func (idle) Temporary() bool      { return true }
func (idle) Timeout() bool        { return true }

type closed struct{}

func (closed) Error() string        { return "rouse: parking lot is closed" }
func (closed) Is(target error) bool { return target == os.ErrClosed }
