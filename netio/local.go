package netio

import (
	"net"

	"github.com/rouse-io/rouse/internal/sock"
)

// reachable returns those of addrs that can be reached from the local address
// that was asked for, if one was.
func (d *Dialer) reachable(n network, addrs []sock.Addr) ([]sock.Addr, error) {
	local, ok := addrOf(d.LocalAddr)
	if d.LocalAddr == nil || !ok && !n.isUnix {
		return addrs, nil
	}
	if !ok || netAddr(n.name, local).Network() != d.LocalAddr.Network() {
		return nil, &net.AddrError{Err: "mismatched local address type", Addr: d.LocalAddr.String()}
	}
	if !local.IsIP() || local.IP.Addr().IsUnspecified() {
		return addrs, nil
	}
	var same []sock.Addr
	for _, a := range addrs {
		if n.somewhere(a).Family() == local.Family() {
			same = append(same, a)
		}
	}
	if len(same) == 0 {
		return nil, &net.AddrError{Err: "no suitable address found", Addr: d.LocalAddr.String()}
	}
	return same, nil
}

// hasPort reports whether the port to connect from was asked for.
func (d *Dialer) hasPort() bool {
	local, ok := addrOf(d.LocalAddr)
	return ok && local.IP.Port() != 0
}
