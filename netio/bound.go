package netio

import (
	"net/netip"
	"os"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// A bound is a socket that has an address, and that no reactor knows yet.
type bound struct {
	h      reactor.Handle
	family sock.Family
	addr   sock.Addr
	path   string // of the file that came with it
}

// identity is what the socket is on a network.
func (b bound) identity(n network) identity {
	return identity{h: b.h, network: n.name, family: b.family, typ: n.typ, local: netAddr(n.name, b.addr)}
}

// giveUp closes the socket; an error is on its way already.
func (b bound) giveUp() {
	removeFile(b.path)
	_ = sock.Close(b.h)
}

// removeFile removes the file of a unix socket. It may be gone.
func removeFile(path string) {
	if path != "" {
		_ = os.Remove(path)
	}
}

// all4 and all6 are all addresses of a family, with the port of a.
func all4(a sock.Addr) sock.Addr {
	return sock.Addr{IP: netip.AddrPortFrom(netip.IPv4Unspecified(), a.IP.Port())}
}

func all6(a sock.Addr) sock.Addr {
	return sock.Addr{IP: netip.AddrPortFrom(netip.IPv6Unspecified(), a.IP.Port())}
}
