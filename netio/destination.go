package netio

import (
	"net"
	"net/netip"
	"syscall"

	"github.com/rouse-io/rouse/internal/sock"
)

// destination is the address that a datagram goes to, or why it can't go there,
// as package net tells it.
func (c *PacketConn) destination(addr net.Addr) (sock.Addr, error) {
	to, ok := addrOf(addr)
	isUnix := c.family == sock.Unix
	switch a := addr.(type) {
	case *net.UDPAddr:
		if isUnix {
			return to, syscall.EINVAL
		}
	case *net.UnixAddr:
		if !isUnix {
			return to, syscall.EINVAL
		}
		if ok && a.Net != c.network {
			return to, syscall.EAFNOSUPPORT
		}
	default:
		return to, syscall.EINVAL
	}
	switch {
	case !ok:
		return to, errMissingAddress
	case isUnix:
		return to, nil
	}
	return to, c.reaches(to.IP)
}

// reaches says why a datagram can't go to an address, if it can't.
func (c *PacketConn) reaches(to netip.AddrPort) error {
	switch ip := to.Addr(); {
	case !ip.IsValid():
		return errMissingAddress
	case c.family == sock.Inet4 && !ip.Is4() && !ip.Is4In6():
		return &net.AddrError{Err: "non-IPv4 address", Addr: ip.String()}
	}
	return nil
}
