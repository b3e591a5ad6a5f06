//go:build unix

package sock

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// Listen listens on host:port. Port 0 takes a free one, and an empty host
// listens on every address, IPv6 and IPv4 where one socket can do both. It
// returns the listening handle and the address that it is bound to.
func Listen(addr string) (platform.Handle, netip.AddrPort, error) {
	ap, err := resolve(addr)
	if err != nil {
		return platform.NoHandle, netip.AddrPort{}, err
	}
	if ap.Addr().IsValid() {
		return listen(ap, false)
	}
	h, bound, err := listen(netip.AddrPortFrom(netip.IPv6Unspecified(), ap.Port()), true)
	if err == nil || errors.Is(err, unix.EADDRINUSE) || errors.Is(err, os.ErrPermission) {
		return h, bound, err
	}
	// There is no IPv6, or the system keeps the two families apart.
	return listen(netip.AddrPortFrom(netip.IPv4Unspecified(), ap.Port()), false)
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

// family is the address family of a.
func family(a netip.Addr) int {
	if a.Is4() {
		return unix.AF_INET
	}
	return unix.AF_INET6
}

// sockaddr is ap for a system call.
func sockaddr(ap netip.AddrPort) unix.Sockaddr {
	if ap.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(ap.Port()), Addr: ap.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(ap.Port()), Addr: ap.Addr().As16(), ZoneId: zone(ap.Addr())}
}

// zone is the number of a scoped address's interface, and 0 where there is none.
func zone(a netip.Addr) uint32 {
	if a.Zone() == "" {
		return 0
	}
	if ifi, err := net.InterfaceByName(a.Zone()); err == nil {
		return uint32(ifi.Index)
	}
	n, _ := strconv.ParseUint(a.Zone(), 10, 32)
	return uint32(n)
}

// addrPort is the address that a system call has given.
func addrPort(sa unix.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *unix.SockaddrInet6:
		a := netip.AddrFrom16(sa.Addr)
		if sa.ZoneId != 0 {
			a = a.WithZone(strconv.FormatUint(uint64(sa.ZoneId), 10))
		}
		return netip.AddrPortFrom(a, uint16(sa.Port))
	}
	return netip.AddrPort{}
}
