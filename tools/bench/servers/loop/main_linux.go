// Loop is the floor in Go: epoll loops by hand. Its styles are bare, nested and
// channels.
package main

import (
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

func main() {
	serving.Styled(map[string]serving.Server{
		"bare":     serving.OnHandle(serveBare),
		"nested":   serving.OnHandle(serveNested),
		"channels": serving.OnHandle(serveChannels),
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
