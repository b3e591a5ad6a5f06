package netio_test

import (
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
)

// socketOptions are what the system says of a connection's options.
var socketOptions = []behaviour{
	{
		name: "options to begin with", networks: []string{"tcp"},
		script: func(s *session) {
			for _, o := range []struct {
				name string
				options
			}{
				{"none", options{}},
				{"keep-alive off", options{keepAlive: -1}},
				{"keep-alive every 7 s", options{keepAlive: 7 * time.Second}},
				{"keep-alive of a part of a second", options{keepAlive: 1500 * time.Millisecond}},
				{"keep-alive by configuration", options{config: net.KeepAliveConfig{Enable: true, Idle: 20 * time.Second, Interval: 5 * time.Second, Count: 3}}},
				{"keep-alive by half of one", options{keepAlive: -1, config: net.KeepAliveConfig{Enable: true, Idle: -1, Count: 4}}},
			} {
				a, b, _ := s.pair("tcp", o.options)
				s.options(o.name+", who dialled", a)
				s.options(o.name+", who accepted", b)
			}
		},
	},
	{
		name: "options that are set", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{keepAlive: -1})
			c := a.(settable)
			s.note("no delay off", c.SetNoDelay(false))
			s.options("no delay off", a)
			s.note("period", c.SetKeepAlivePeriod(42*time.Second))
			s.options("period", a)
			s.note("keep-alive on", c.SetKeepAlive(true))
			s.options("keep-alive on", a)
			s.note("default period", c.SetKeepAlivePeriod(0))
			s.options("default period", a)
			s.note("period as it is", c.SetKeepAlivePeriod(-1))
			s.options("period as it is", a)
			s.note("config", c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 9 * time.Second, Interval: 8 * time.Second, Count: 7}))
			s.options("config", a)
			s.note("config off", c.SetKeepAliveConfig(net.KeepAliveConfig{}))
			s.options("config off", a)
			s.note("linger", c.SetLinger(3))
			s.note("no linger", c.SetLinger(-1))
			s.note("read buffer", c.SetReadBuffer(20000))
			s.note("write buffer", c.SetWriteBuffer(20000))
			s.buffers("buffers", a)
		},
	},
	{
		name: "options of what is closed", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			s.must(a.Close())
			c := a.(settable)
			s.note("no delay", c.SetNoDelay(false))
			s.note("keep-alive", c.SetKeepAlive(true))
			s.note("period", c.SetKeepAlivePeriod(time.Second))
			s.note("config", c.SetKeepAliveConfig(net.KeepAliveConfig{}))
			s.note("linger", c.SetLinger(0))
			s.note("read buffer", c.SetReadBuffer(1<<20))
			s.note("write buffer", c.SetWriteBuffer(1<<20))
		},
		differs: []difference{{step: "period", on: "windows", why: "package net names a call that it has not made"}},
	},
	{
		name: "options that have no meaning", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			s.note("config", a.(settable).SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Count: 1 << 20}))
			s.note("period", a.(settable).SetKeepAlivePeriod(1<<62))
		},
	},
}

// A settable is a connection with package net's options.
type settable interface {
	SetNoDelay(on bool) error
	SetLinger(seconds int) error
	SetKeepAlive(on bool) error
	SetKeepAlivePeriod(d time.Duration) error
	SetKeepAliveConfig(config net.KeepAliveConfig) error
	SetReadBuffer(bytes int) error
	SetWriteBuffer(bytes int) error
}

// options notes what the system says of a connection. On and off are numbers
// that systems choose.
func (s *session) options(name string, c net.Conn) {
	s.t.Helper()
	s.note(name, nil, s.option(c, sock.NoDelay) != 0, s.option(c, sock.KeepAlive) != 0,
		s.option(c, sock.KeepIdle), s.option(c, sock.KeepInterval), s.option(c, sock.KeepCount))
}

// buffers notes the sizes of a connection's buffers.
func (s *session) buffers(name string, c net.Conn) {
	s.t.Helper()
	s.note(name, nil, s.option(c, sock.ReceiveBuffer), s.option(c, sock.SendBuffer))
}

// option is what the system says of one, and -1 where it has none such.
func (s *session) option(c net.Conn, o sock.Option) (v int) {
	s.t.Helper()
	raw, err := c.(syscall.Conn).SyscallConn()
	s.must(err)
	s.must(raw.Control(func(fd uintptr) { v, err = sock.Get(platform.Handle(fd), o) }))
	if errors.Is(err, errors.ErrUnsupported) {
		return -1
	}
	s.must(err)
	return v
}
