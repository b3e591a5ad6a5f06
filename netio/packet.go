package netio

import (
	"errors"
	"net"
	"net/netip"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// A PacketConn sends datagrams to anybody and receives them from anybody: UDP, or
// unixgram, whose file stays when it is closed, as package net's does. It is a
// net.PacketConn.
type PacketConn struct{ socket }

var _ net.PacketConn = (*PacketConn)(nil)

// ReadFrom waits for the next datagram, and returns its size and its sender's
// address, nil where it has none, as a unix socket may. What does not fit into p
// is lost. It allocates the address.
func (c *PacketConn) ReadFrom(p []byte) (int, net.Addr, error) {
	n, from, err := c.read(p)
	if err != nil || from == (sock.Addr{}) {
		return n, nil, err
	}
	return n, netAddr(c.network, from), nil
}

// ReadFromUDPAddrPort is ReadFrom for UDP, and allocates nothing on Linux.
func (c *PacketConn) ReadFromUDPAddrPort(p []byte) (int, netip.AddrPort, error) {
	n, from, err := c.read(p)
	return n, from.IP, err
}

func (c *PacketConn) read(p []byte) (n int, from sock.Addr, err error) {
	if !c.gate.Enter() {
		return 0, from, c.fail("read", net.ErrClosed)
	}
	defer c.gate.Leave()
	err = c.g.AsyncIO(&c.rd, reactor.Readable, func() error {
		n, from, err = sock.RecvFrom(c.h, p)
		return err
	})
	if err != nil {
		return 0, from, c.fail("read", explain(sock.RecvFromCall, err))
	}
	return n, from, nil
}

// PollReadFrom is ReadFromUDPAddrPort for who does not wait: it returns
// reactor.ErrPending where there is no datagram, and w will be woken.
func (c *PacketConn) PollReadFrom(w reactor.Waker, p []byte) (n int, from netip.AddrPort, err error) {
	if !c.gate.Enter() {
		return 0, from, c.fail("read", net.ErrClosed)
	}
	defer c.gate.Leave()
	if err := c.rd.Err(); err != nil {
		return 0, from, c.fail("read", err)
	}
	var a sock.Addr
	err = c.rd.orOver(c.g.PollReadIO(w, func() error {
		n, a, err = sock.RecvFrom(c.h, p)
		return err
	}))
	switch {
	case isPending(err):
		return 0, from, err
	case err != nil:
		return 0, from, c.fail("read", explain(sock.RecvFromCall, err))
	}
	return n, a.IP, nil
}

// WriteTo sends p to addr, a *net.UDPAddr or a *net.UnixAddr, as one datagram.
func (c *PacketConn) WriteTo(p []byte, addr net.Addr) (int, error) {
	to, err := c.destination(addr)
	if err == nil {
		err = c.write(p, to)
	}
	if err == nil {
		return len(p), nil
	}
	if errors.Is(err, errMissingAddress) {
		addr = nil // and not a pointer that is nil
	}
	return 0, c.sending(addr, err)
}

// WriteToUDPAddrPort is WriteTo for UDP, and allocates nothing on Linux.
func (c *PacketConn) WriteToUDPAddrPort(p []byte, to netip.AddrPort) (int, error) {
	err := c.reaches(to)
	if err == nil {
		err = c.write(p, sock.Addr{IP: to})
	}
	if err != nil {
		return 0, c.sending(net.UDPAddrFromAddrPort(to), err)
	}
	return len(p), nil
}

func (c *PacketConn) write(p []byte, to sock.Addr) error {
	if !c.gate.Enter() {
		return net.ErrClosed
	}
	defer c.gate.Leave()
	return explain(sock.SendToCall, c.g.AsyncIO(&c.wd, reactor.Writable, func() error {
		return sock.SendTo(c.h, c.family, p, to)
	}))
}

// PollWriteTo is WriteToUDPAddrPort for who does not wait: it returns
// reactor.ErrPending where there is no room, and w will be woken.
func (c *PacketConn) PollWriteTo(w reactor.Waker, p []byte, to netip.AddrPort) (int, error) {
	if !c.gate.Enter() {
		return 0, c.sending(net.UDPAddrFromAddrPort(to), net.ErrClosed)
	}
	defer c.gate.Leave()
	err := c.reaches(to)
	if err == nil {
		err = c.wd.Err()
	}
	if err == nil {
		err = c.wd.orOver(c.g.PollWriteIO(w, func() error { return sock.SendTo(c.h, c.family, p, sock.Addr{IP: to}) }))
	}
	switch {
	case isPending(err):
		return 0, err
	case err != nil:
		return 0, c.sending(net.UDPAddrFromAddrPort(to), explain(sock.SendToCall, err))
	}
	return len(p), nil
}

// sending is the error of a datagram that was not sent.
func (c *PacketConn) sending(to net.Addr, err error) error {
	return &net.OpError{Op: "write", Net: c.network, Source: c.local, Addr: to, Err: err}
}
