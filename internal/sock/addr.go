//go:build unix || windows

package sock

import (
	"net"
	"net/netip"
	"strconv"

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
	if err == nil || taken(err) {
		return h, bound, err
	}
	// There is no IPv6, or the system keeps the two families apart.
	return listen(netip.AddrPortFrom(netip.IPv4Unspecified(), ap.Port()), false)
}

// family is the address family of a.
func family(a netip.Addr) int {
	if a.Is4() {
		return inet4
	}
	return inet6
}

// sockaddr is ap for a system call.
func sockaddr(ap netip.AddrPort) address {
	if ap.Addr().Is4() {
		return &address4{Port: int(ap.Port()), Addr: ap.Addr().As4()}
	}
	return &address6{Port: int(ap.Port()), Addr: ap.Addr().As16(), ZoneId: zone(ap.Addr())}
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
func addrPort(sa address) netip.AddrPort {
	switch sa := sa.(type) {
	case *address4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *address6:
		a := netip.AddrFrom16(sa.Addr)
		if sa.ZoneId != 0 {
			a = a.WithZone(strconv.FormatUint(uint64(sa.ZoneId), 10))
		}
		return netip.AddrPortFrom(a, uint16(sa.Port))
	}
	return netip.AddrPort{}
}
