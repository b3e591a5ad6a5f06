//go:build windows

package windows

import (
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// mustWait returns an error where a handle, which is no socket by what getsockopt
// has said, is not of an object that can be watched by waiting for it.
func mustWait(op string, h platform.Handle, said error) error {
	if int(h) < 0 {
		// It is no handle, but a name for this process, this thread, ...
		return failed(op, h, "getsockopt", said)
	}
	kind, err := typeOf(op, h)
	if err != nil || isWaitable(kind) || isConsoleInput(h) {
		return err
	}
	return failed(op, h, "getsockopt", said)
}

// typeOf returns the name of the type of a handle's object, or nothing where the
// handle is none.
func typeOf(op string, h platform.Handle) (string, error) {
	// The name is behind what the system tells of the type.
	var buf struct {
		name windows.NTUnicodeString
		_    [512]byte
	}
	var n uint32
	status := winapi.NtQueryObject(windows.Handle(h), objectTypeInformation, unsafe.Pointer(&buf), uint32(unsafe.Sizeof(buf)), &n)
	switch {
	case status == 0:
		return buf.name.String(), nil
	case isScarce(status):
		return "", failed(op, h, "NtQueryObject", status)
	}
	return "", nil
}

// isConsoleInput reports whether a handle, which is a file's by its type, is of a
// console's input.
func isConsoleInput(h platform.Handle) bool {
	var n uint32
	return windows.GetNumberOfConsoleInputEvents(windows.Handle(h), &n) == nil
}
