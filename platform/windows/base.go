//go:build windows

package windows

import (
	"os"
	"sync/atomic"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// started says that startup has succeeded.
var started atomic.Bool

// startup starts Winsock, which must be there before a socket is looked at. Where
// it fails the next one tries again; two at once start it twice, which Winsock
// counts.
func startup() error {
	if started.Load() {
		return nil
	}
	const version = 2<<8 | 2
	var data windows.WSAData
	if err := windows.WSAStartup(version, &data); err != nil {
		return os.NewSyscallError("WSAStartup", err)
	}
	started.Store(true)
	return nil
}

// kindOf returns the type of a socket: it is also what tells whether a handle is
// one, as Wine finds a base socket of anything.
func kindOf(h platform.Handle) (int, error) {
	return windows.GetsockoptInt(windows.Handle(h), windows.SOL_SOCKET, soType)
}

// baseOf returns the socket that AFD knows: a layered service provider may have
// put one of its own before it.
func baseOf(h platform.Handle) (windows.Handle, error) {
	s := windows.Handle(h)
	base, err := askSocket(s, sioBaseHandle)
	if err == nil || err == windows.WSAENOTSOCK {
		return base, err
	}
	// Some providers hide their base socket, against the rules, but tell it to
	// those who poll (mio#1316). Others hand back what they were asked about,
	// which is no answer.
	inner, innerErr := askSocket(s, sioBspHandlePoll)
	if innerErr == nil && inner != s {
		return askSocket(inner, sioBaseHandle)
	}
	if err == windows.WSAEINVAL {
		err = windows.WSAEOPNOTSUPP // it is hidden from all
	}
	return windows.InvalidHandle, err
}

// askSocket asks for a handle of the socket's. Tests put a layered provider in
// its place.
var askSocket = func(s windows.Handle, code uint32) (windows.Handle, error) {
	var h windows.Handle
	var n uint32
	err := windows.WSAIoctl(s, code, nil, 0, (*byte)(unsafe.Pointer(&h)), uint32(unsafe.Sizeof(h)), &n, nil, 0)
	if err != nil {
		return windows.InvalidHandle, err
	}
	return h, nil
}

// isOpen returns an error where a handle is none of this process's.
func isOpen(h platform.Handle) error {
	var flags uint32
	return winapi.GetHandleInformation(windows.Handle(h), &flags)
}
