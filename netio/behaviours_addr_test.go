package netio_test

import (
	"context"
	"net"
)

// addresses are what a connection and a listener say of their ends.
var addresses = []behaviour{
	addressesOf("tcp"), addressesOf("tcp4"), addressesOf("tcp6"), addressesOf("unix"), addressesOf("unixpacket"),
	{
		name: "addresses of a wildcard", networks: []string{"tcp", "tcp6"},
		script: func(s *session) {
			for _, place := range []struct{ network, address string }{
				{"tcp", ":0"}, {"tcp", "[::]:0"}, {"tcp", "0.0.0.0:0"}, {"tcp4", ":0"}, {"tcp6", ":0"},
			} {
				l, err := s.listen(context.Background(), options{}, place.network, place.address)
				s.must(err)
				s.close(l)
				s.note(place.network+" "+place.address, nil, s.addr(l.Addr()))
				_, port, _ := net.SplitHostPort(l.Addr().String())
				for _, to := range []string{"127.0.0.1", "::1"} {
					c, err := s.dial(context.Background(), options{}, "tcp", net.JoinHostPort(to, port))
					if err != nil {
						s.note(place.network+" refuses "+to, nil)
						continue
					}
					s.close(c)
					a, err := l.Accept()
					s.must(err)
					s.close(a)
					s.note(place.network+" has "+to, nil, s.addr(a.LocalAddr()), s.addr(a.RemoteAddr()))
				}
			}
		},
	},
	{
		name: "IPv4 at an IPv6 socket", networks: []string{"tcp", "tcp6"},
		script: func(s *session) {
			l, err := s.listen(context.Background(), options{}, "tcp", "[::]:0")
			s.must(err)
			s.close(l)
			_, port, _ := net.SplitHostPort(l.Addr().String())
			c, err := s.dial(context.Background(), options{}, "tcp", net.JoinHostPort("127.0.0.1", port))
			s.must(err)
			s.close(c)
			a, err := l.Accept()
			s.must(err)
			s.close(a)
			s.note("size", nil, len(a.RemoteAddr().(*net.TCPAddr).IP))
		},
		differs: []difference{{step: "size", why: "an address of IPv4 has 4 bytes, whatever socket it comes to"}},
	},
	{
		name: "addresses of UDP", networks: []string{"udp", "udp6"},
		script: func(s *session) {
			for _, place := range []struct{ network, address string }{
				{"udp", "127.0.0.1:0"}, {"udp4", "127.0.0.1:0"}, {"udp6", "[::1]:0"}, {"udp", ":0"}, {"udp4", ":0"},
			} {
				p, err := s.listenPacket(context.Background(), place.network, place.address)
				s.must(err)
				s.close(p)
				s.note(place.network+" "+place.address, nil, s.addr(p.LocalAddr()))
			}
			p, err := s.listenPacket(context.Background(), "udp", "127.0.0.1:0")
			s.must(err)
			s.close(p)
			c, err := s.dial(context.Background(), options{}, "udp", p.LocalAddr().String())
			s.must(err)
			s.close(c)
			s.note("connected", nil, s.addr(c.LocalAddr()), s.addr(c.RemoteAddr()))
		},
	},
	{
		name: "address to dial from", networks: []string{"tcp"},
		script: func(s *session) {
			l := s.listening("tcp", options{})
			for _, local := range []*net.TCPAddr{{IP: net.IPv4(127, 0, 0, 1)}, {}, nil} {
				c, err := s.dial(context.Background(), options{local: local}, "tcp", l.Addr().String())
				s.must(err)
				s.close(c)
				s.note("from "+local.String(), nil, s.addr(c.LocalAddr()))
			}
		},
	},
}

// addressesOf is what both ends of a connection are called.
func addressesOf(network string) behaviour {
	return behaviour{
		name: "addresses of " + network, networks: []string{network},
		script: func(s *session) {
			a, b, l := s.pair(network, options{})
			s.note("listener", nil, s.addr(l.Addr()))
			s.note("who dialled", nil, s.addr(a.LocalAddr()), s.addr(a.RemoteAddr()))
			s.note("who accepted", nil, s.addr(b.LocalAddr()), s.addr(b.RemoteAddr()))
			s.must(a.Close())
			s.note("after close", nil, s.addr(a.LocalAddr()), s.addr(a.RemoteAddr()))
			s.read("the end", b, 1)
		},
	}
}
