package netio_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"
)

// dialling is what dialling answers where it fails, and to whom it connects.
var dialling = []behaviour{
	{
		name: "dial refused", networks: []string{"tcp"},
		script: func(s *session) {
			l := s.listening("tcp", options{})
			_ = l.Close()
			s.dialled("now", context.Background(), options{}, "tcp", l.Addr().String())
			s.dialled("tcp4", context.Background(), options{}, "tcp4", l.Addr().String())
			s.dialled("from an address", context.Background(), options{local: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}}, "tcp", l.Addr().String())
		},
	},
	{
		name: "dial refused on unix", networks: []string{"unix"},
		script: func(s *session) {
			s.dialled("no file", context.Background(), options{}, "unix", s.path("none"))
			s.leaveFile("left")
			s.dialled("left over", context.Background(), options{}, "unix", s.path("left"))
			s.dialled("too long", context.Background(), options{}, "unix", s.path(strings.Repeat("x", 200)))
		},
	},
	{
		name: "dial malformed",
		script: func(s *session) {
			for _, network := range []string{"tcp", "tcp4", "udp", "unix", "nonsense", ""} {
				s.dialled(network+" to nowhere", context.Background(), options{}, network, "")
			}
			for _, address := range []string{
				"127.0.0.1", "127.0.0.1:99999", "127.0.0.1:-1", "127.0.0.1:no-such-service", "::1:80", "[::1", "[127.0.0.1]:http:1",
			} {
				s.dialled(address, context.Background(), options{}, "tcp", address)
			}
			s.dialled("unknown network", context.Background(), options{}, "tcp7", "127.0.0.1:80")
			s.dialled("IPv6 on tcp4", context.Background(), options{}, "tcp4", "[::1]:80")
			s.dialled("IPv4 on tcp6", context.Background(), options{}, "tcp6", "127.0.0.1:80")
			s.dialled("from a UDP address", context.Background(), options{local: &net.UDPAddr{}}, "tcp", "127.0.0.1:80")
			s.dialled("from a path", context.Background(), options{local: &net.UnixAddr{Name: "x", Net: "unix"}}, "tcp", "127.0.0.1:80")
			s.dialled("from IPv6 to IPv4", context.Background(), options{local: &net.TCPAddr{IP: net.IPv6loopback}}, "tcp", "127.0.0.1:80")
		},
	},
	{
		name: "dial no such host",
		script: func(s *session) {
			offline := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("offline")
			}}
			s.dialled("name", context.Background(), options{resolver: offline}, "tcp", "nobody.invalid:80")
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			answer := make(chan struct{}) // none comes while somebody waits for it
			defer close(answer)
			silent := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
				cancel()
				<-answer
				return nil, errors.New("offline")
			}}
			s.dialled("name, cancelled", ctx, options{resolver: silent}, "tcp", "nobody.invalid:80")
		},
	},
	{
		name: "dial with a context that has ended", networks: []string{"tcp"},
		script: func(s *session) {
			l := s.listening("tcp", options{})
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			s.dialled("cancelled", ctx, options{}, "tcp", l.Addr().String())
			ctx, cancel = context.WithDeadline(context.Background(), time.Unix(1, 0))
			defer cancel()
			s.dialled("expired", ctx, options{}, "tcp", l.Addr().String())
		},
	},
	{
		name: "dial a wildcard", networks: []string{"tcp"},
		script: func(s *session) {
			l, err := s.listen(context.Background(), options{}, "tcp", ":0")
			s.must(err)
			s.close(l)
			_, port, err := net.SplitHostPort(l.Addr().String())
			s.must(err)
			for _, host := range []string{"", "0.0.0.0", "127.0.0.1"} {
				c, err := s.dial(context.Background(), options{}, "tcp", net.JoinHostPort(host, port))
				s.must(err)
				s.note("to "+host, nil, s.addr(c.RemoteAddr()))
				_ = c.Close()
			}
		},
	},
}

// dialled notes a dial that must fail.
func (s *session) dialled(name string, ctx context.Context, o options, network, address string) { //nolint:revive // the name of the step is first everywhere
	s.t.Helper()
	c, err := s.dial(ctx, o, network, address)
	if err == nil {
		s.close(c)
	}
	s.note(name, err, c == nil)
}

// leaveFile leaves the file of a unix socket that nobody listens on any more.
func (s *session) leaveFile(name string) {
	s.t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: s.path(name), Net: "unix"})
	s.must(err)
	l.SetUnlinkOnClose(false)
	s.must(l.Close())
}
