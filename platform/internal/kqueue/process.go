//go:build unix

package kqueue

import (
	"errors"
	"math"
	"os"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// OpenProcess makes a queue readable, for good, once p has ended, and returns
// its descriptor. Where it fails it closes the queue.
//
// A filter knows a process by its number, which is free for others once p was
// waited for. So p is asked when the filter is there: if it was not waited for
// by then, the number was its own.
func OpenProcess(q Queue, d *Dialect, p *os.Process) (platform.Handle, error) {
	err := watchProcess(q, d, p)
	if err != nil {
		_ = q.Close()
		return platform.NoHandle, err
	}
	return platform.Handle(q.FD()), nil
}

func watchProcess(q Queue, d *Dialect, p *os.Process) error {
	if p == nil {
		return platform.Invalid("open", platform.NoHandle, "kevent")
	}
	failure := applyOne(q, Kevent{Ident: uintptr(p.Pid), Filter: d.evfiltProc, Flags: evAdd | evReceipt, Fflags: noteExit})
	// EPERM says that it is another user's.
	if err := p.Signal(unix.Signal(0)); err != nil && !errors.Is(err, unix.EPERM) {
		if errors.Is(err, os.ErrProcessDone) {
			return &platform.Error{Op: "open", Handle: platform.NoHandle, Kind: os.ErrProcessDone}
		}
		return &platform.Error{Op: "open", Handle: platform.NoHandle, Kind: platform.ErrInvalid, Err: err}
	}
	if failure == nil {
		return nil
	}
	e := &platform.Error{Op: "open", Handle: platform.NoHandle, Err: os.NewSyscallError("kevent", failure)}
	if errors.Is(failure, unix.ESRCH) {
		e.Kind = os.ErrProcessDone // and nobody has waited for it yet
	}
	return e
}

// CloseHandle closes the descriptor that OpenProcess or OpenSignals has
// returned.
func CloseHandle(h platform.Handle) error {
	var err error = unix.EBADF
	if h <= math.MaxInt32 {
		err = unix.Close(int(h))
	}
	if err != nil {
		return &platform.Error{Op: "close", Handle: h, Err: os.NewSyscallError("close", err)}
	}
	return nil
}
