package netio

import (
	"context"
	"errors"
	"net"
	"net/netip"

	"github.com/rouse-io/rouse/internal/sock"
)

// errMissingAddress is what package net says where there is none to dial.
var errMissingAddress = errors.New("missing address")

// resolve returns the addresses that address stands for, in the order of the
// resolver. Where it names no host there is one, with the port alone.
func resolve(ctx context.Context, r *net.Resolver, n network, address string) ([]sock.Addr, error) {
	if n.isUnix {
		return []sock.Addr{{Path: address}}, nil
	}
	if r == nil {
		r = net.DefaultResolver
	}
	var host string
	var port int
	var err error
	if address != "" {
		var service string
		if host, service, err = net.SplitHostPort(address); err != nil {
			return nil, err
		}
		if port, err = r.LookupPort(ctx, n.name, service); err != nil {
			return nil, err
		}
	}
	ips := []netip.Addr{{}}
	if host != "" {
		if ips, err = r.LookupNetIP(ctx, n.lookup(), host); err != nil {
			return nil, err
		}
	}
	addrs := make([]sock.Addr, len(ips))
	for i, ip := range ips {
		addrs[i].IP = netip.AddrPortFrom(ip.Unmap(), uint16(port))
	}
	return addrs, nil
}
