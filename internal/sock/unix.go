//go:build unix

package sock

import (
	"errors"
	"net/netip"
	"os"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// What addr.go takes from the system.
type (
	address  = unix.Sockaddr
	address4 = unix.SockaddrInet4
	address6 = unix.SockaddrInet6
)

const (
	inet4 = unix.AF_INET
	inet6 = unix.AF_INET6
)

// taken reports whether an address can't be had because of another socket, or
// of who asks, so that it is no use to try another family.
func taken(err error) bool {
	return errors.Is(err, unix.EADDRINUSE) || errors.Is(err, os.ErrPermission)
}

// listen listens on one address. An IPv6 wildcard takes IPv4 too if both is set.
func listen(ap netip.AddrPort, both bool) (h platform.Handle, bound netip.AddrPort, err error) {
	fd, err := open(family(ap.Addr()))
	if err != nil {
		return platform.NoHandle, bound, err
	}
	defer func() {
		if err != nil {
			_ = unix.Close(fd)
			h = platform.NoHandle
		}
	}()
	// A server that is started again must not wait for its old connections.
	if err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return h, bound, os.NewSyscallError("setsockopt", err)
	}
	if ap.Addr().Is6() {
		only := 1
		if both {
			only = 0
		}
		if err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, only); err != nil {
			return h, bound, os.NewSyscallError("setsockopt", err)
		}
	}
	if err = unix.Bind(fd, sockaddr(ap)); err != nil {
		return h, bound, os.NewSyscallError("bind", err)
	}
	if err = unix.Listen(fd, unix.SOMAXCONN); err != nil {
		return h, bound, os.NewSyscallError("listen", err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return h, bound, os.NewSyscallError("getsockname", err)
	}
	return platform.Handle(fd), addrPort(sa), nil
}

// Connect begins to connect to addr. When the handle is writable, [Err] says how
// it ended.
func Connect(addr netip.AddrPort) (platform.Handle, error) {
	fd, err := open(family(addr.Addr()))
	if err != nil {
		return platform.NoHandle, err
	}
	// An interrupted connect goes on by itself, as one in progress does.
	switch err := unix.Connect(fd, sockaddr(addr)); err {
	case nil, unix.EINPROGRESS, unix.EINTR:
		return platform.Handle(fd), nil
	default:
		_ = unix.Close(fd)
		return platform.NoHandle, os.NewSyscallError("connect", err)
	}
}

// Accept takes the next connection of a listening handle. It does not block,
// and passes over connections that were given up before they were taken. The
// error is a bare unix.Errno, unix.EAGAIN where there is no connection.
func Accept(h platform.Handle) (platform.Handle, error) {
	for {
		fd, err := accept(int(h))
		switch err {
		case nil:
			return platform.Handle(fd), nil
		case unix.EINTR, unix.ECONNABORTED:
		default:
			return platform.NoHandle, err
		}
	}
}

// Close closes a handle. Deregister it first.
func Close(h platform.Handle) error {
	return os.NewSyscallError("close", closeSocket(int(h)))
}

// SetNoDelay says whether small writes are sent at once (TCP_NODELAY).
func SetNoDelay(h platform.Handle, on bool) error {
	v := 0
	if on {
		v = 1
	}
	return os.NewSyscallError("setsockopt", setOption(int(h), unix.IPPROTO_TCP, unix.TCP_NODELAY, v))
}

// Err takes the error that is pending on a socket, and is nil where there is
// none.
func Err(h platform.Handle) error {
	v, err := unix.GetsockoptInt(int(h), unix.SOL_SOCKET, unix.SO_ERROR)
	switch {
	case err != nil:
		return os.NewSyscallError("getsockopt", err)
	case v != 0:
		return os.NewSyscallError("connect", unix.Errno(v))
	}
	return nil
}
