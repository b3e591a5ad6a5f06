//go:build windows

package windows

import (
	"errors"
	"os"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// OpenProcess returns a handle that is readable once p has ended: a duplicate of
// p's. It is the caller's own, for [CloseHandle], and stays p's whatever happens
// to p: p may be waited for and released at any time.
//
// The error of a process that was waited for is os.ErrProcessDone, and so is that
// of one that was released: package os does not tell them apart on Windows. A nil
// p, and one that package os has not made, is platform.ErrInvalid.
func OpenProcess(p *os.Process) (platform.Handle, error) {
	if p == nil {
		return platform.NoHandle, platform.Invalid("open", platform.NoHandle, "DuplicateHandle")
	}
	var h windows.Handle
	var dupErr error
	err := p.WithHandle(func(process uintptr) {
		self := windows.CurrentProcess()
		dupErr = windows.DuplicateHandle(self, windows.Handle(process), self, &h, windows.SYNCHRONIZE, false, 0)
	})
	e := &platform.Error{Op: "open", Handle: platform.NoHandle}
	switch {
	case errors.Is(err, os.ErrNoHandle):
		e.Kind, e.Err = platform.ErrInvalid, err
	case err != nil:
		e.Kind = os.ErrProcessDone
	case dupErr != nil:
		e.Err = os.NewSyscallError("DuplicateHandle", dupErr)
	default:
		return platform.Handle(h), nil
	}
	return platform.NoHandle, e
}

// CloseHandle closes a handle of [OpenProcess]. Delete it from its Poller before.
func CloseHandle(h platform.Handle) error {
	if err := windows.CloseHandle(windows.Handle(h)); err != nil {
		return &platform.Error{Op: "close", Handle: h, Err: os.NewSyscallError("CloseHandle", err)}
	}
	return nil
}
