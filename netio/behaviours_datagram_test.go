package netio_test

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"time"
)

// datagrams are what is sent to anybody, and to one.
var datagrams = []behaviour{
	{
		name: "UDP", networks: []string{"udp"},
		script: func(s *session) {
			a, b := s.packets("udp"), s.packets("udp")
			n, err := a.WriteTo([]byte("hello"), b.LocalAddr())
			s.note("write", err, n)
			s.received("read", b, 16)
			n, err = b.WriteTo(nil, a.LocalAddr())
			s.note("write nothing", err, n)
			s.received("read nothing", a, 16)
			n, err = a.WriteTo([]byte("cut off"), b.LocalAddr())
			s.note("write more", err, n)
			s.received("cut off", b, 3)
		},
		differs: []difference{{step: "cut off", on: "windows", why: "a datagram that does not fit is cut off without an error"}},
	},
	{
		name: "UDP to a bad address", networks: []string{"udp", "udp6"},
		script: func(s *session) {
			a := s.packets("udp4")
			bad := []struct {
				name string
				to   net.Addr
			}{
				{"of TCP", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}},
				{"a path", &net.UnixAddr{Name: "x", Net: "unixgram"}},
				{"none", nil},
				{"none of UDP", (*net.UDPAddr)(nil)},
				{"of IPv6", &net.UDPAddr{IP: net.IPv6loopback, Port: 9}},
				{"no port", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}},
				{"of no IP", &net.UDPAddr{IP: net.IP{1, 2, 3}, Port: 9}},
			}
			for _, b := range bad {
				n, err := a.WriteTo([]byte("x"), b.to)
				s.note(b.name, err, n)
			}
			n, err := a.WriteTo([]byte(strings.Repeat("x", 70000)), a.LocalAddr())
			s.note("too large", err, n)
			u := a.(addrPorts)
			n, err = u.WriteToUDPAddrPort([]byte("x"), netip.AddrPort{})
			s.note("no AddrPort", err, n)
			n, err = u.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort("[::1]:9"))
			s.note("AddrPort of IPv6", err, n)
			n, err = u.WriteToUDPAddrPort([]byte("x"), netip.MustParseAddrPort("[::ffff:127.0.0.1]:9"))
			s.note("AddrPort of IPv4 in IPv6", err, n)
		},
		differs: []difference{
			{step: "of no IP", why: "3 bytes are no address, of whatever family"},
			{step: "no AddrPort", why: "the error has a *net.UDPAddr, as those of WriteTo have"},
		},
	},
	{
		name: "UDP and deadlines", networks: []string{"udp"},
		script: func(s *session) {
			a := s.packets("udp")
			s.must(a.SetDeadline(past))
			s.received("read, past", a, 8)
			n, err := a.WriteTo([]byte("x"), a.LocalAddr())
			s.note("write, past", err, n)
			s.must(a.SetReadDeadline(time.Now().Add(time.Millisecond)))
			s.received("read", a, 8)
			done := make(chan error)
			go func() { _, _, err := a.ReadFrom(make([]byte, 8)); done <- err }()
			s.must(a.SetReadDeadline(time.Time{}))
			s.note("close", a.Close())
			if err := <-done; err == nil { // by the deadline, or by the end
				s.t.Error("there was nothing to read")
			}
			s.received("read after close", a, 8)
			n, err = a.WriteTo([]byte("x"), a.LocalAddr())
			s.note("write after close", err, n)
			s.note("close again", a.Close())
			s.note("deadline after close", a.SetDeadline(time.Time{}))
		},
	},
	{
		name: "UDP connected", networks: []string{"udp"},
		script: func(s *session) {
			p := s.packets("udp")
			c, err := s.dial(context.Background(), options{}, "udp", p.LocalAddr().String())
			s.must(err)
			s.close(c)
			s.write("write", c, "hello")
			s.received("read", p, 8)
			s.write("write nothing", c, "")
			s.received("read nothing", p, 8)
			_, err = p.WriteTo([]byte("back"), c.LocalAddr())
			s.must(err)
			s.read("read back", c, 8)
			_, err = p.WriteTo(nil, c.LocalAddr())
			s.must(err)
			s.read("an empty one is no end", c, 8)
			s.must(c.SetReadDeadline(past))
			s.read("past deadline", c, 8)
		},
	},
	{
		name: "UDP connected, read of no bytes", networks: []string{"udp"},
		script: func(s *session) {
			p := s.packets("udp")
			c, err := s.dial(context.Background(), options{}, "udp", p.LocalAddr().String())
			s.must(err)
			s.close(c)
			_, err = p.WriteTo([]byte("x"), c.LocalAddr())
			s.must(err)
			s.read("read", c, 0)
		},
		differs: []difference{{step: "read", on: "windows", why: "package net takes the datagram there, and fails because it is too large"}},
	},
	{
		name: "UDP refused", networks: []string{"udp"},
		notOn: "windows", // there nobody is told
		script: func(s *session) {
			p := s.packets("udp")
			c, err := s.dial(context.Background(), options{}, "udp", p.LocalAddr().String())
			s.must(err)
			s.close(c)
			s.must(p.Close())
			s.write("write", c, "x")
			s.read("read", c, 8)
			s.write("write again", c, "x")
			s.write("write that fails", c, "x")
		},
	},
	{
		name: "unixgram", networks: []string{"unixgram"},
		script: func(s *session) {
			a, err := s.listenPacket(context.Background(), "unixgram", s.path("a"))
			s.must(err)
			s.close(a)
			b, err := s.listenPacket(context.Background(), "unixgram", s.path("b"))
			s.must(err)
			s.close(b)
			s.note("addresses", nil, s.addr(a.LocalAddr()))
			n, err := a.WriteTo([]byte("hello"), b.LocalAddr())
			s.note("write", err, n)
			s.received("read", b, 8)
			n, err = a.WriteTo([]byte("x"), &net.UnixAddr{Name: s.path("none"), Net: "unixgram"})
			s.note("to nobody", err, n)
			n, err = a.WriteTo([]byte("x"), &net.UDPAddr{})
			s.note("to a UDP address", err, n)
			n, err = a.WriteTo([]byte("x"), &net.UnixAddr{Name: s.path("b"), Net: "unix"})
			s.note("to a stream's address", err, n)
			c, err := s.dial(context.Background(), options{}, "unixgram", s.path("b"))
			s.must(err)
			s.close(c)
			s.note("connected", nil, s.addr(c.LocalAddr()), s.addr(c.RemoteAddr()))
			s.write("write connected", c, "hi")
			s.received("from nobody", b, 8)
			s.note("close", b.Close())
			s.note("file after close", s.stat(s.path("b")))
			s.write("write to who has gone", c, "hi")
		},
	},
}

// addrPorts is a UDP socket's way without net.Addr.
type addrPorts interface {
	ReadFromUDPAddrPort(p []byte) (int, netip.AddrPort, error)
	WriteToUDPAddrPort(p []byte, to netip.AddrPort) (int, error)
}

// packets opens a UDP socket.
func (s *session) packets(network string) net.PacketConn {
	s.t.Helper()
	c, err := s.listenPacket(context.Background(), network, "127.0.0.1:0")
	s.must(err)
	s.close(c)
	return c
}

// received notes one datagram.
func (s *session) received(name string, c net.PacketConn, size int) {
	s.t.Helper()
	buf := make([]byte, size)
	n, from, err := c.ReadFrom(buf)
	s.note(name, err, n, string(buf[:max(n, 0)]), s.addr(from))
}
