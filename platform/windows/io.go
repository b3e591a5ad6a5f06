//go:build windows

package windows

import (
	"syscall"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// X/sys has these, too; but there the error is an interface, and one is
// allocated whenever an operation would block.
var (
	winsock = windows.NewLazySystemDLL("ws2_32.dll")
	wsaRecv = winsock.NewProc("WSARecv")
	wsaSend = winsock.NewProc("WSASend")
)

// Read is recv on a socket that is non-blocking; package net's are not, and
// would hold up the thread. The error is a bare windows.Errno,
// windows.WSAEWOULDBLOCK where the read would block; 0 and nil is the end of the
// stream. It does not allocate, unless it fails otherwise.
//
// As on Unix, what does not fit of a datagram is lost, and that is no error.
func Read(h platform.Handle, p []byte) (int, error) {
	var n, flags uint32
	buf := buffer(p)
	failed, _, errno := syscall.SyscallN(wsaRecv.Addr(), uintptr(h), uintptr(unsafe.Pointer(&buf)), 1,
		uintptr(unsafe.Pointer(&n)), uintptr(unsafe.Pointer(&flags)), 0, 0)
	if failed != 0 && errno != windows.WSAEMSGSIZE {
		return 0, transferError(errno)
	}
	return int(n), nil
}

// Write is send on a socket that is non-blocking, as Read is recv. It may write
// less than all of p.
func Write(h platform.Handle, p []byte) (int, error) {
	var n uint32
	buf := buffer(p)
	failed, _, errno := syscall.SyscallN(wsaSend.Addr(), uintptr(h), uintptr(unsafe.Pointer(&buf)), 1,
		uintptr(unsafe.Pointer(&n)), 0, 0, 0)
	if failed != 0 {
		return 0, transferError(errno)
	}
	return int(n), nil
}

// buffer is p for Winsock, as far as a buffer can be.
func buffer(p []byte) windows.WSABuf {
	return windows.WSABuf{Len: uint32(min(len(p), 1<<30)), Buf: unsafe.SliceData(p)}
}

// transferError is an errno as an error. The frequent one is a constant, which
// is not allocated.
func transferError(errno syscall.Errno) error {
	if errno == windows.WSAEWOULDBLOCK {
		return windows.WSAEWOULDBLOCK
	}
	return errno
}
