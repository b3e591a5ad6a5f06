//go:build linux && !race && !msan && !asan

package linux

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// look is poll(2) of one descriptor without waiting. It is raw for the reason
// that raw.go has.
func look(fd int, events uint32) (uint32, error) {
	pfd := unix.PollFd{Fd: int32(fd), Events: int16(events)}
	for {
		var now unix.Timespec // the kernel writes to it
		_, _, errno := unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&pfd)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
		switch errno {
		case 0:
			return uint32(uint16(pfd.Revents)), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}
