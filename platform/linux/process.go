//go:build linux

package linux

import (
	"errors"
	"math"
	"os"
	"runtime"
	"syscall"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// OpenProcess returns a handle that is readable once p has ended: a pidfd. It is
// the caller's own, for [CloseHandle], and stays p's whatever happens to p: p may
// be waited for, released and reaped at any time.
//
// The error of a process that was waited for is os.ErrProcessDone, that of one
// that was released, or is nil, platform.ErrInvalid. Where there are no pidfds (before Linux
// 5.3, and in some sandboxes) it is errors.ErrUnsupported.
func OpenProcess(p *os.Process) (platform.Handle, error) {
	if p == nil {
		return platform.NoHandle, platform.Invalid("open", platform.NoHandle, "pidfd_open")
	}
	var fd int
	var dupErr error
	err := p.WithHandle(func(pidfd uintptr) {
		fd, dupErr = unix.FcntlInt(pidfd, unix.F_DUPFD_CLOEXEC, 0)
	})
	switch {
	case errors.Is(err, os.ErrNoHandle):
		return openPid(p)
	case err != nil:
		return platform.NoHandle, unknown(err)
	case dupErr != nil:
		return platform.NoHandle, notOpened(nil, "fcntl", dupErr)
	}
	return platform.Handle(fd), nil
}

// pidfdOpen is there for tests to replace.
var pidfdOpen = unix.PidfdOpen

// openPid is OpenProcess where package os has no more than p's number.
func openPid(p *os.Process) (platform.Handle, error) {
	if runtime.GOOS == "android" { // before Android 12 the call is deadly (golang#69065)
		return platform.NoHandle, notOpened(errors.ErrUnsupported, "pidfd_open", unix.ENOSYS)
	}
	fd, err := pidfdOpen(p.Pid, 0)
	// The number is free for others once p was waited for. If it was not by now,
	// then p had it when it was looked up. EPERM says that it is another user's.
	if there := p.Signal(syscall.Signal(0)); there != nil && !errors.Is(there, unix.EPERM) {
		if err == nil {
			_ = unix.Close(fd)
		}
		return platform.NoHandle, unknown(there)
	}
	switch err {
	case nil:
		return platform.Handle(fd), nil
	case unix.ENOSYS, unix.EPERM: // what sandboxes say
		return platform.NoHandle, notOpened(errors.ErrUnsupported, "pidfd_open", err)
	}
	return platform.NoHandle, notOpened(nil, "pidfd_open", err)
}

// unknown is the error of a process that package os does not know any more.
func unknown(err error) error {
	e := &platform.Error{Op: "open", Handle: platform.NoHandle, Kind: platform.ErrInvalid, Err: err}
	if errors.Is(err, os.ErrProcessDone) {
		e.Kind, e.Err = os.ErrProcessDone, nil
	}
	return e
}

// notOpened is the error of a system call.
func notOpened(kind error, call string, err error) error {
	return &platform.Error{Op: "open", Handle: platform.NoHandle, Kind: kind, Err: os.NewSyscallError(call, err)}
}

// CloseHandle closes a handle of [OpenProcess] or [OpenSignals]. Delete it from
// its Poller before.
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
