package platform

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// What errors.Is finds in the errors of a [Poller], beside the system's own.
var (
	// ErrExists: the handle was added before.
	ErrExists = errors.New("handle is already added")

	// ErrNotFound: the handle was not added, or is gone.
	ErrNotFound = errors.New("handle is not added")

	// ErrNotPollable: the handle is nothing that this system can poll.
	ErrNotPollable = errors.New("handle cannot be polled")

	// ErrBusy: another goroutine waits in this poller.
	ErrBusy = errors.New("another goroutine is waiting")

	// ErrInvalid: an argument has no meaning. It is os.ErrInvalid.
	ErrInvalid = os.ErrInvalid

	// ErrClosed: the poller was closed. It is os.ErrClosed.
	ErrClosed = os.ErrClosed
)

// NoHandle is the handle of an [Error] that is about no handle.
const NoHandle = ^Handle(0)

// An Error is what the methods of a [Poller] return, and an adapter's functions
// that make and close handles.
type Error struct {
	Op     string // "open", "add", "modify", "delete", "rearm", "wait", "wake", "close", "probe", "read"
	Handle Handle // NoHandle where the operation has none
	Kind   error  // one of this package's errors, errors.ErrUnsupported, os.ErrProcessDone, or nil
	Err    error  // the system's, as *os.SyscallError, or nil
}

// Error names the operation, the handle, what went wrong and what the system
// said.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("poller: ")
	b.WriteString(e.Op)
	if e.Handle != NoHandle {
		b.WriteString(" handle ")
		b.WriteString(strconv.Itoa(int(e.Handle)))
	}
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			b.WriteString(": ")
			b.WriteString(err.Error())
		}
	}
	return b.String()
}

// Unwrap returns the contract's error and the system's.
func (e *Error) Unwrap() []error {
	errs := make([]error, 0, 2)
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// Invalid is the error of an argument that has no meaning. It is what the
// kernel would say: EINVAL.
func Invalid(op string, h Handle, call string) *Error {
	return &Error{Op: op, Handle: h, Kind: ErrInvalid, Err: os.NewSyscallError(call, syscall.EINVAL)}
}
