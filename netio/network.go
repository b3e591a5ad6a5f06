package netio

import (
	"net"
	"net/netip"

	"github.com/rouse-io/rouse/internal/sock"
)

// A network is what the name of a network says.
type network struct {
	name   string
	typ    sock.Type
	isUnix bool
	only   sock.Family // Inet4 or Inet6; Unix where it is both, or neither
}

// networks are those that there are.
var networks = [...]network{
	{"tcp", sock.Stream, false, sock.Unix},
	{"tcp4", sock.Stream, false, sock.Inet4},
	{"tcp6", sock.Stream, false, sock.Inet6},
	{"udp", sock.Datagram, false, sock.Unix},
	{"udp4", sock.Datagram, false, sock.Inet4},
	{"udp6", sock.Datagram, false, sock.Inet6},
	{"unix", sock.Stream, true, sock.Unix},
	{"unixgram", sock.Datagram, true, sock.Unix},
	{"unixpacket", sock.SeqPacket, true, sock.Unix},
}

// networkOf finds a network by its name.
func networkOf(name string) (network, error) {
	for _, n := range networks {
		if n.name == name {
			return n, nil
		}
	}
	return network{name: name}, net.UnknownNetworkError(name)
}

// isTCP reports whether it is one of TCP's.
func (n network) isTCP() bool { return n.typ == sock.Stream && !n.isUnix }

// lookup is the network that names are looked up for.
func (n network) lookup() string {
	switch n.only {
	case sock.Inet4:
		return "ip4"
	case sock.Inet6:
		return "ip6"
	}
	return "ip"
}

// everywhere is where to listen: a, or all addresses where a has only a port.
func (n network) everywhere(a sock.Addr) sock.Addr {
	switch {
	case n.isUnix || a.IsIP():
		return a
	case n.only == sock.Inet4:
		return all4(a)
	}
	return all6(a)
}

// somewhere is where to connect to: a, or the machine itself where a has only a
// port, or stands for all addresses, which not every system connects to.
func (n network) somewhere(a sock.Addr) sock.Addr {
	ip := a.IP.Addr()
	switch {
	case n.isUnix || ip.IsValid() && !ip.IsUnspecified():
		return a
	case ip.Is6() || n.only == sock.Inet6:
		return sock.Addr{IP: netip.AddrPortFrom(netip.IPv6Loopback(), a.IP.Port())}
	}
	return sock.Addr{IP: netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.IP.Port())}
}
