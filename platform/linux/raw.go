//go:build linux && !race && !msan && !asan

package linux

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls in this file can't block, so they are made without telling Go's
// scheduler. A call that does tell it wakes the runtime's monitor thread if the
// program was idle, which costs more than the call: an echo at 2,000 messages a
// second took 40 us of CPU instead of 17.
//
// The sanitizers must see what the kernel writes; sanitized.go is for them.

// probe is epoll_wait without waiting. Where it was interrupted it is made again:
// Park takes what it says for all that there is.
func probe(epfd int, raw []unix.EpollEvent) (int, error) {
	for {
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epfd), uintptr(unsafe.Pointer(unsafe.SliceData(raw))), uintptr(len(raw)), 0, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

// signal adds 1 to an eventfd.
func signal(fd int) error {
	one := uint64(1)
	for {
		_, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&one)), unsafe.Sizeof(one))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}

// hasPipeSize reports whether fd is a pipe, named or not: nothing else has a
// size to tell.
func hasPipeSize(fd int) bool {
	_, _, errno := unix.RawSyscall(unix.SYS_FCNTL, uintptr(fd), unix.F_GETPIPE_SZ, 0)
	return errno == 0
}

// transfer is a read or a write on a descriptor that doesn't block.
func transfer(call uintptr, fd int, p []byte) (int, error) {
	base := unsafe.Pointer(unsafe.SliceData(p))
	if base == nil {
		base = unsafe.Pointer(&nothing)
	}
	for {
		n, _, errno := unix.RawSyscall(call, uintptr(fd), uintptr(base), uintptr(len(p)))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}

// nothing is what a nil slice points to: the kernel refuses a nil address.
var nothing byte

func read(fd int, p []byte) (int, error)  { return transfer(unix.SYS_READ, fd, p) }
func write(fd int, p []byte) (int, error) { return transfer(unix.SYS_WRITE, fd, p) }
