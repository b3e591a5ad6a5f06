package platformtest

import (
	"errors"
	"sync"
	"syscall"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/internal/handles"
	"golang.org/x/sys/windows"
)

// How to shut down a connection.
const (
	shutRead  = windows.SHUT_RD
	shutWrite = windows.SHUT_WR
	shutBoth  = windows.SHUT_RDWR
)

// Constants of winsock2.h that x/sys has not.
const (
	fionbio = 0x8004667e
	msgOOB  = 0x1
)

// x/sys has no accept of this kind.
var procAccept = windows.NewLazySystemDLL("ws2_32.dll").NewProc("accept")

// emulator is what plays Windows here, if anything does.
var emulator = sync.OnceValue(func() string {
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		return "wine"
	}
	return ""
})

// startup starts Winsock.
var startup = sync.OnceValue(func() error {
	var data windows.WSAData
	return windows.WSAStartup(0x202, &data)
})

func openTCP() (platform.Handle, error) { return openSocket(windows.SOCK_STREAM) }

func openUDP() (platform.Handle, error) { return openSocket(windows.SOCK_DGRAM) }

func openSocket(kind int) (platform.Handle, error) {
	if err := startup(); err != nil {
		return platform.NoHandle, err
	}
	return nonBlocking(windows.Socket(windows.AF_INET, kind, 0))
}

// nonBlocking makes a handle of a socket that was just opened.
func nonBlocking(s windows.Handle, err error) (platform.Handle, error) {
	if err != nil {
		return platform.NoHandle, err
	}
	on, n := uint32(1), uint32(0)
	if err := windows.WSAIoctl(s, fionbio, (*byte)(unsafe.Pointer(&on)), uint32(unsafe.Sizeof(on)), nil, 0, &n, nil, 0); err != nil {
		_ = windows.Closesocket(s)
		return platform.NoHandle, err
	}
	return platform.Handle(s), nil
}

func loopback(port int) *windows.SockaddrInet4 {
	return &windows.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
}

func bindLoopback(h platform.Handle) (int, error) {
	if err := windows.Bind(windows.Handle(h), loopback(0)); err != nil {
		return 0, err
	}
	addr, err := windows.Getsockname(windows.Handle(h))
	if err != nil {
		return 0, err
	}
	return addr.(*windows.SockaddrInet4).Port, nil
}

func connectLoopback(h platform.Handle, port int) error {
	return windows.Connect(windows.Handle(h), loopback(port))
}

func listen(h platform.Handle) error { return windows.Listen(windows.Handle(h), windows.SOMAXCONN) }

func acceptHandle(h platform.Handle) (platform.Handle, error) {
	s, _, err := procAccept.Call(uintptr(h), 0, 0)
	if windows.Handle(s) == windows.InvalidHandle {
		return platform.NoHandle, err
	}
	return nonBlocking(windows.Handle(s), nil)
}

func readHandle(h platform.Handle, p []byte) (int, error) {
	buf := windows.WSABuf{Len: uint32(len(p)), Buf: unsafe.SliceData(p)}
	var n, flags uint32
	err := windows.WSARecv(windows.Handle(h), &buf, 1, &n, &flags, nil, nil)
	return int(n), err
}

func writeHandle(h platform.Handle, p []byte) (int, error) { return send(h, p, 0) }

func sendUrgent(h platform.Handle, b byte) error {
	_, err := send(h, []byte{b}, msgOOB)
	return err
}

func send(h platform.Handle, p []byte, flags uint32) (int, error) {
	buf := windows.WSABuf{Len: uint32(len(p)), Buf: unsafe.SliceData(p)}
	var n uint32
	err := windows.WSASend(windows.Handle(h), &buf, 1, &n, flags, nil, nil)
	return int(n), err
}

func closeHandle(h platform.Handle) error { return windows.Closesocket(windows.Handle(h)) }

func shutdown(h platform.Handle, how int) error { return windows.Shutdown(windows.Handle(h), how) }

func setLinger0(h platform.Handle) error {
	return windows.SetsockoptLinger(windows.Handle(h), windows.SOL_SOCKET, windows.SO_LINGER, &windows.Linger{Onoff: 1})
}

func wouldBlock(err error) bool { return err == windows.WSAEWOULDBLOCK }

func inProgress(err error) bool { return err == windows.WSAEWOULDBLOCK }

// exhausted reports whether the process or the system has no more to give.
func exhausted(err error) bool { return err == windows.WSAEMFILE || err == windows.WSAENOBUFS }

// systemErrors returns the errors of which one must be found in an error of the
// given kind, or nil where the system need not have been asked.
func (system) systemErrors(kind error) []error {
	if errors.Is(kind, platform.ErrInvalid) {
		return []error{syscall.EINVAL}
	}
	return nil
}

// openDescriptors counts the handles of this process that are sockets, files or
// AFD's, and the completion ports. Others come and go with the threads of Go's
// runtime and with the system's own.
func openDescriptors() (int, bool) {
	counts, err := handles.Count()
	return counts["File"] + counts["IoCompletion"], err == nil
}
