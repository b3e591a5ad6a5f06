//go:build linux || freebsd || dragonfly

package sock

import (
	"os"

	"golang.org/x/sys/unix"
)

const flags = unix.SOCK_NONBLOCK | unix.SOCK_CLOEXEC

// open makes a stream socket.
func open(family int) (int, error) {
	fd, err := unix.Socket(family, unix.SOCK_STREAM|flags, 0)
	return fd, os.NewSyscallError("socket", err)
}
