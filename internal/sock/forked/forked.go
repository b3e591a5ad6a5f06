//go:build unix

// Package forked makes sockets where no system call makes them non-blocking and
// closed on exec at once.
package forked

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// Socket is socket(2).
func Socket(family, typ, proto int) (int, error) {
	// A child that is forked before the flag is set would inherit the socket.
	syscall.ForkLock.RLock()
	fd, err := unix.Socket(family, typ, proto)
	if err == nil {
		unix.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return -1, err
	}
	return fd, nonblock(fd)
}

// Accept is accept(2) on a listener that is non-blocking: it holds the lock for
// no longer than the call takes.
func Accept(listener int) (int, unix.Sockaddr, error) {
	syscall.ForkLock.RLock()
	fd, sa, err := unix.Accept(listener)
	if err == nil {
		unix.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return -1, nil, err
	}
	return fd, sa, nonblock(fd)
}

// nonblock closes fd where it fails.
func nonblock(fd int) error {
	err := unix.SetNonblock(fd, true)
	if err != nil {
		_ = unix.Close(fd)
	}
	return err
}
