package main

import (
	"os"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

// serveNested is serveBare in the way that the reactor waits: the epoll instance is
// in Go's runtime poller, and every call is raw. It tells what of a difference is
// the reactor's and what is the way of waiting.
func serveNested(listener platform.Handle) error {
	var buf [serving.BufferSize]byte
	return parked(listener, unix.EPOLLIN|unix.EPOLLRDHUP, func(int) {}, func(fd int) {
		n, errno := readRaw(fd, buf[:])
		if n > 0 && errno == 0 {
			errno = writeRaw(fd, buf[:n])
		}
		if n <= 0 || errno != 0 {
			closeRaw(fd)
		}
	})
}

// parked is a loop whose epoll instance is in Go's runtime poller. Accepted and
// ready are told of connections, which are watched for events.
func parked(listener platform.Handle, watched uint32, accepted, ready func(fd int)) error {
	epfd, err := watch(int(listener))
	if err != nil {
		return err
	}
	if err := unix.SetNonblock(epfd, true); err != nil {
		return err
	}
	conn, err := os.NewFile(uintptr(epfd), "epoll").SyscallConn()
	if err != nil {
		return err
	}
	events := make([]unix.EpollEvent, 256)
	n := 0
	probe := func(uintptr) bool {
		k, _, _ := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epfd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
		n = max(int(k), 0)
		return n > 0
	}
	for {
		if err := conn.Read(probe); err != nil {
			return err
		}
		for _, ev := range events[:n] {
			fd := int(ev.Fd)
			if fd != int(listener) {
				ready(fd)
				continue
			}
			if err := acceptRaw(epfd, fd, watched, accepted); err != nil {
				return err
			}
		}
	}
}

// acceptRaw is acceptBare by raw calls.
func acceptRaw(epfd, listener int, watched uint32, accepted func(fd int)) error {
	one := int32(1)
	for {
		fd, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(listener), 0, 0, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
		switch errno {
		case 0:
		case unix.EAGAIN:
			return nil
		default:
			return errno
		}
		_, _, _ = unix.RawSyscall6(unix.SYS_SETSOCKOPT, fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, uintptr(unsafe.Pointer(&one)), 4, 0)
		accepted(int(fd))
		ev := unix.EpollEvent{Events: watched, Fd: int32(fd)}
		if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, int(fd), &ev); err != nil {
			return err
		}
	}
}

func readRaw(fd int, p []byte) (int, unix.Errno) {
	n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
	return int(n), errno
}

func writeRaw(fd int, p []byte) unix.Errno {
	_, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
	return errno
}

func closeRaw(fd int) { _, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0) }
