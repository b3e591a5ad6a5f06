//go:build linux && !race && !msan && !asan

package sock

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls in this file can't block on a non-blocking socket that does not
// linger, so they are made without telling Go's scheduler, which would wake the
// runtime's monitor thread in a program that was idle.

func accept(listener int) (int, error) {
	fd, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(listener), 0, 0, flags, 0, 0)
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}

func closeSocket(fd int) error {
	if _, _, errno := unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0); errno != 0 {
		return errno
	}
	return nil
}

func setOption(fd, level, name, value int) error {
	v := int32(value)
	if _, _, errno := unix.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name), uintptr(unsafe.Pointer(&v)), unsafe.Sizeof(v), 0); errno != 0 {
		return errno
	}
	return nil
}
