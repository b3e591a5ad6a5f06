//go:build unix && (!linux || race || msan || asan)

package sock

import "golang.org/x/sys/unix"

func closeSocket(fd int) error { return unix.Close(fd) }

func setOption(fd, level, name, value int) error {
	return unix.SetsockoptInt(fd, level, name, value)
}
