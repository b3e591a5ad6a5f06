//go:build windows

package windows

import (
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// canWait reports whether a handle, which is no socket, is of an object that can
// be watched by waiting for it.
func canWait(h platform.Handle) bool {
	if int(h) < 0 {
		return false // no handle, but a name for this process, this thread, ...
	}
	return isWaitable(typeOf(h)) || isConsoleInput(h)
}

// typeOf returns the name of the type of a handle's object, or nothing where the
// handle is none.
func typeOf(h platform.Handle) string {
	// The name is behind what the system tells of the type.
	var buf struct {
		name windows.NTUnicodeString
		_    [512]byte
	}
	var n uint32
	if status := winapi.NtQueryObject(windows.Handle(h), objectTypeInformation, unsafe.Pointer(&buf), uint32(unsafe.Sizeof(buf)), &n); status != 0 {
		return ""
	}
	return buf.name.String()
}

// isConsoleInput reports whether a handle, which is a file's by its type, is of a
// console's input.
func isConsoleInput(h platform.Handle) bool {
	var n uint32
	return windows.GetNumberOfConsoleInputEvents(windows.Handle(h), &n) == nil
}
