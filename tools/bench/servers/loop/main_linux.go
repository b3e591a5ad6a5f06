// Loop is the floor in Go: epoll loops by hand, loop bare or loop nested.
package main

import (
	"os"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

func main() {
	serving.Styled(map[string]serving.Server{
		"bare":   serving.OnHandle(serveBare),
		"nested": serving.OnHandle(serveNested),
	})
}

// serveBare is the floor: an epoll loop by hand over x/sys, level-triggered,
// which does no more than it must.
func serveBare(listener platform.Handle) error {
	epfd, err := watch(int(listener))
	if err != nil {
		return err
	}
	var buf [serving.BufferSize]byte
	events := make([]unix.EpollEvent, 256)
	for {
		n, err := unix.EpollWait(epfd, events, -1)
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, ev := range events[:max(n, 0)] {
			fd := int(ev.Fd)
			if fd == int(listener) {
				if err := acceptBare(epfd, fd); err != nil {
					return err
				}
				continue
			}
			n, err := unix.Read(fd, buf[:])
			if n > 0 {
				_, err = unix.Write(fd, buf[:n])
			}
			if n <= 0 || err != nil {
				_ = unix.Close(fd)
			}
		}
	}
}

// acceptBare accepts what there is.
func acceptBare(epfd, listener int) error {
	for {
		fd, _, err := unix.Accept4(listener, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch err {
		case nil:
		case unix.EAGAIN:
			return nil
		default:
			return err
		}
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		ev := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLRDHUP, Fd: int32(fd)}
		if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, fd, &ev); err != nil {
			return err
		}
	}
}

// watch makes an epoll instance with a listener in it.
func watch(listener int) (int, error) {
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return -1, err
	}
	ev := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(listener)}
	return epfd, unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, listener, &ev)
}

// serveNested is the same in the way that the reactor waits: the epoll instance
// is in Go's runtime poller, and every call is raw. It tells what of a
// difference is the reactor's and what is the way of waiting.
func serveNested(listener platform.Handle) error {
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
	var buf [serving.BufferSize]byte
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
			if fd == int(listener) {
				if err := acceptRaw(epfd, fd); err != nil {
					return err
				}
				continue
			}
			n, _, errno := unix.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&buf)), serving.BufferSize)
			if int(n) > 0 && errno == 0 {
				_, _, errno = unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&buf)), n)
			}
			if int(n) <= 0 || errno != 0 {
				_, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0)
			}
		}
	}
}

// acceptRaw is acceptBare by raw calls.
func acceptRaw(epfd, listener int) error {
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
		ev := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLRDHUP, Fd: int32(fd)}
		if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, int(fd), &ev); err != nil {
			return err
		}
	}
}
