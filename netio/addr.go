package netio

import (
	"net"
	"net/netip"
	"strings"

	"github.com/rouse-io/rouse/internal/sock"
)

// netAddr is an address as package net has it for a network.
func netAddr(network string, a sock.Addr) net.Addr {
	switch {
	case strings.HasPrefix(network, "unix"):
		return &net.UnixAddr{Name: a.Path, Net: network}
	case strings.HasPrefix(network, "udp"):
		return net.UDPAddrFromAddrPort(a.IP)
	}
	return net.TCPAddrFromAddrPort(a.IP)
}

// addrOf is the address that one of package net's stands for, if it is one; nil
// and the nil pointers are none.
func addrOf(addr net.Addr) (sock.Addr, bool) {
	switch a := addr.(type) {
	case *net.TCPAddr:
		if a != nil {
			return ipOf(a.IP, a.Zone, a.Port), true
		}
	case *net.UDPAddr:
		if a != nil {
			return ipOf(a.IP, a.Zone, a.Port), true
		}
	case *net.UnixAddr:
		if a != nil {
			return sock.Addr{Path: a.Name}, true
		}
	}
	return sock.Addr{}, false
}

// ipOf is an address of IP. None stands for all of IPv4, and what has another
// length than addresses have is no address.
func ipOf(ip net.IP, zone string, port int) sock.Addr {
	a, _ := netip.AddrFromSlice(ip)
	if len(ip) == 0 {
		a = netip.IPv4Unspecified()
	}
	a = a.Unmap()
	if a.Is6() {
		a = a.WithZone(zone)
	}
	return sock.Addr{IP: netip.AddrPortFrom(a, uint16(port))}
}
