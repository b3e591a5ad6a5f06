// Package sock makes TCP sockets as bare handles: non-blocking, not inherited by
// child processes, and unknown to Go's own poller. Examples and benchmarks use it
// where package net would bring a poller and a goroutine of its own.
//
// Errors are *os.SyscallError values, apart from those of [Accept] and of an
// address that means nothing. A system that has no such sockets here says
// errors.ErrUnsupported.
package sock

import (
	"net"
	"net/netip"
)

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
