//go:build windows

package windows

import (
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// Read is recv on a socket that is non-blocking: on another one it would hold
// up its thread. The error is a bare windows.Errno, windows.WSAEWOULDBLOCK where
// the read would block; 0 and nil is the end of the stream. Where it succeeds it
// does not allocate.
//
// As on Unix, what does not fit of a datagram is lost, and that is no error.
func Read(h platform.Handle, p []byte) (int, error) {
	buf := windows.WSABuf{Len: size(p), Buf: unsafe.SliceData(p)}
	var n, flags uint32
	err := windows.WSARecv(windows.Handle(h), &buf, 1, &n, &flags, nil, nil)
	if err == windows.WSAEMSGSIZE {
		err = nil
	}
	return int(n), err
}

// Write is send on a socket that is non-blocking, as Read is recv. It may write
// less than all of p.
func Write(h platform.Handle, p []byte) (int, error) {
	buf := windows.WSABuf{Len: size(p), Buf: unsafe.SliceData(p)}
	var n uint32
	err := windows.WSASend(windows.Handle(h), &buf, 1, &n, 0, nil, nil)
	return int(n), err
}

// size is the length of p, as far as a buffer can be.
func size(p []byte) uint32 { return uint32(min(len(p), 1<<30)) }
