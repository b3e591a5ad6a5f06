//go:build linux

package linux

import (
	"math"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// noPwait2 is set once the kernel has said that it has no epoll_pwait2, which
// came with Linux 5.11. Some sandboxes say EPERM instead of ENOSYS.
var noPwait2 atomic.Bool

// wait is epoll_wait with a timeout in nanoseconds, or in milliseconds, rounded
// up, where the kernel has no better. A call that doesn't block is raw; see raw.go.
func wait(epfd int, raw []unix.EpollEvent, timeout time.Duration) (int, error) {
	switch {
	case timeout == 0:
		return probe(epfd, raw)
	case timeout < 0:
		return unix.EpollWait(epfd, raw, -1)
	case !noPwait2.Load():
		n, err := pwait2(epfd, raw, timeout)
		if err != unix.ENOSYS && err != unix.EPERM {
			return n, err
		}
		noPwait2.Store(true)
	}
	return unix.EpollWait(epfd, raw, milliseconds(timeout))
}

// pwait2 is epoll_pwait2, which x/sys has only the number of. Its timespec has
// 64 bits on every architecture.
func pwait2(epfd int, raw []unix.EpollEvent, timeout time.Duration) (int, error) {
	ts := [2]int64{int64(timeout / time.Second), int64(timeout % time.Second)}
	n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(epfd), uintptr(unsafe.Pointer(&raw[0])), uintptr(len(raw)), uintptr(unsafe.Pointer(&ts)), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// milliseconds rounds up, so that a short wait does not become a spin, and caps
// at what an int32 holds, 24.8 days: Wait goes on with what is left.
func milliseconds(d time.Duration) int {
	ms := d / time.Millisecond
	if d%time.Millisecond != 0 {
		ms++
	}
	return int(min(ms, math.MaxInt32))
}
