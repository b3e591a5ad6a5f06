//go:build freebsd || dragonfly || (linux && (race || msan || asan))

package sock

import "golang.org/x/sys/unix"

func accept(listener int) (int, error) {
	fd, _, err := unix.Accept4(listener, flags)
	return fd, err
}
