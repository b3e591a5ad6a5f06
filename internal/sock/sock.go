// Package sock makes sockets as bare handles: non-blocking, not inherited by
// child processes, and unknown to Go's own poller. Package netio is built on it,
// and examples and benchmarks use it where package net would bring a poller and
// a goroutine of its own.
//
// Errors are *os.SyscallError values, apart from those of functions that say
// otherwise. A system that has no such sockets here says errors.ErrUnsupported.
package sock

import (
	"errors"
	"net"
	"net/netip"

	"github.com/rouse-io/rouse/platform"
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
	if err == nil || IsTaken(err) {
		return h, bound, err
	}
	// There is no IPv6, or the system keeps the two families apart.
	return listen(netip.AddrPortFrom(netip.IPv4Unspecified(), ap.Port()), false)
}

// listen listens on one address. An IPv6 wildcard takes IPv4 too if both is set.
func listen(ap netip.AddrPort, both bool) (platform.Handle, netip.AddrPort, error) {
	a := Addr{IP: ap}
	h, err := Open(a.Family(), Stream)
	if err != nil {
		return platform.NoHandle, netip.AddrPort{}, err
	}
	bound, err := listenOn(h, a, both)
	if err != nil {
		_ = Close(h)
		return platform.NoHandle, netip.AddrPort{}, err
	}
	return h, bound, nil
}

// listenOn lets a socket listen, and returns where.
func listenOn(h platform.Handle, a Addr, both bool) (netip.AddrPort, error) {
	err := Claim(h)
	if err == nil && a.Family() == Inet6 {
		err = SetBool(h, OnlyIPv6, !both)
	}
	if err == nil {
		err = Bind(h, a.Family(), a)
	}
	if err == nil {
		err = StartListening(h)
	}
	if err != nil {
		return netip.AddrPort{}, err
	}
	local, err := Local(h)
	return local.IP, err
}

// Claim sets the options that a socket needs before it is bound to an address
// that others may have had, or may want: a server that is started again must not
// wait for its old connections, and no other program may take what comes.
func Claim(h platform.Handle) error {
	for _, o := range []Option{Reuse, Exclusive} {
		if err := SetBool(h, o, true); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	return nil
}

// Connect begins to connect to addr. When the handle is writable or has an
// error, [Err] says how it ended.
func Connect(addr netip.AddrPort) (platform.Handle, error) {
	a := Addr{IP: addr}
	h, err := Open(a.Family(), Stream)
	if err != nil {
		return platform.NoHandle, err
	}
	if _, err := StartConnecting(h, a.Family(), a); err != nil {
		_ = Close(h)
		return platform.NoHandle, err
	}
	return h, nil
}

// Accept takes the next connection of a listening handle. Its errors are those
// of [AcceptFrom].
func Accept(h platform.Handle) (platform.Handle, error) {
	c, _, err := AcceptFrom(h)
	return c, err
}

// SetNoDelay says whether small writes are sent at once.
func SetNoDelay(h platform.Handle, on bool) error { return SetBool(h, NoDelay, on) }

// SetBool sets an option that is on or off, as [Set] does.
func SetBool(h platform.Handle, o Option, on bool) error {
	v := 0
	if on {
		v = 1
	}
	return Set(h, o, v)
}

// resolve turns host:port into an address. An empty host is the zero Addr: every
// address of the machine.
func resolve(addr string) (netip.AddrPort, error) {
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if a.IP == nil {
		return netip.AddrPortFrom(netip.Addr{}, uint16(a.Port)), nil
	}
	ap := a.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()), nil
}
