//go:build unix && (!linux || race || msan || asan)

package sock

import "golang.org/x/sys/unix"

func acceptFrom(listener int) (int, Addr, error) {
	fd, sa, err := accept(listener)
	return fd, addrOf(sa), err
}

func local(fd int) (Addr, error) {
	sa, err := unix.Getsockname(fd)
	return addrOf(sa), err
}

func recvFrom(fd int, p []byte) (int, Addr, error) {
	n, sa, err := unix.Recvfrom(fd, p, 0)
	return n, addrOf(sa), err
}

func sendTo(fd int, f Family, p []byte, a Addr) error {
	return unix.Sendto(fd, p, 0, a.sockaddr(f))
}

func closeSocket(fd int) error { return unix.Close(fd) }

func setOption(fd, level, name, value int) error {
	return unix.SetsockoptInt(fd, level, name, value)
}
