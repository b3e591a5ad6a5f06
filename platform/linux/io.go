//go:build linux

package linux

import (
	"math"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// Read is read(2) on a handle that is non-blocking: on another one it would
// hold up Go's scheduler. It is a raw system call, made again when it was
// interrupted. It does not allocate. The error is a bare unix.Errno, unix.EAGAIN
// where the read would block; 0 and nil is the end of the stream.
func Read(h platform.Handle, p []byte) (int, error) {
	if h > math.MaxInt32 {
		return 0, unix.EBADF
	}
	return read(int(h), p)
}

// Write is write(2) on a handle that is non-blocking, as Read is read(2). It
// may write less than all of p.
func Write(h platform.Handle, p []byte) (int, error) {
	if h > math.MaxInt32 {
		return 0, unix.EBADF
	}
	return write(int(h), p)
}
