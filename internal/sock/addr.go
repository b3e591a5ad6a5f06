package sock

import (
	"net"
	"net/netip"
	"strconv"
)

// An Addr is the address of a socket: an IP address with its port, or, where
// that is the zero AddrPort, a path. A path that begins with @ is abstract.
type Addr struct {
	IP   netip.AddrPort
	Path string
}

// IsIP reports whether the address is one of IP, not a path.
func (a Addr) IsIP() bool { return a.IP.Addr().IsValid() }

// Family is the address family of a.
func (a Addr) Family() Family {
	switch {
	case !a.IsIP():
		return Unix
	case a.IP.Addr().Is4():
		return Inet4
	default:
		return Inet6
	}
}

// A Family is an address family.
type Family uint8

// The families.
const (
	Inet4 Family = iota
	Inet6
	Unix
)

// A Type is how a socket transfers.
type Type uint8

// The types.
const (
	Stream Type = iota
	Datagram
	SeqPacket
)

// scope is the number of a scoped address's interface, and 0 where there is
// none.
func scope(a netip.Addr) uint32 {
	if a.Zone() == "" {
		return 0
	}
	if ifi, err := net.InterfaceByName(a.Zone()); err == nil {
		return uint32(ifi.Index)
	}
	n, _ := strconv.ParseUint(a.Zone(), 10, 32)
	return uint32(n)
}

// zone is the name of an interface, and its number where it has none any more.
func zone(id uint32) string {
	if id == 0 {
		return ""
	}
	if ifi, err := net.InterfaceByIndex(int(id)); err == nil {
		return ifi.Name
	}
	return strconv.FormatUint(uint64(id), 10)
}

// ip4 and ip6 are what the kernel has told. IPv4 within IPv6 is IPv4.
func ip4(a [4]byte, port int) Addr {
	return Addr{IP: netip.AddrPortFrom(netip.AddrFrom4(a), uint16(port))}
}

func ip6(a [16]byte, scope uint32, port int) Addr {
	ip := netip.AddrFrom16(a).Unmap()
	if scope != 0 && ip.Is6() {
		ip = ip.WithZone(zone(scope))
	}
	return Addr{IP: netip.AddrPortFrom(ip, uint16(port))}
}
