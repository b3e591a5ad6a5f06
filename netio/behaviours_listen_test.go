package netio_test

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"time"
)

// listeningOn is what listening answers where it fails, and what a listener does.
var listeningOn = []behaviour{
	{
		name: "listen on a used address", networks: []string{"tcp"},
		script: func(s *session) {
			l := s.listening("tcp", options{})
			s.listened("tcp", "tcp", l.Addr().String())
			all, err := s.listen(context.Background(), options{}, "tcp", ":0")
			s.must(err)
			s.close(all)
			_, port, _ := net.SplitHostPort(all.Addr().String())
			s.listened("all", "tcp", ":"+port)
			s.listened("all of IPv4", "tcp4", ":"+port)
			s.listened("all of IPv4 by number", "tcp4", "0.0.0.0:"+port)
		},
		differs: []difference{
			{step: "all", on: "windows", why: exclusive},
			{step: "all of IPv4", on: "windows", why: exclusive},
			{step: "all of IPv4 by number", on: "windows", why: exclusive},
		},
	},
	{
		name: "listen on what is not there",
		script: func(s *session) {
			s.listened("another's", "tcp", "192.0.2.1:0")
			s.listened("unknown network", "tcp7", "127.0.0.1:0")
			s.listened("datagrams", "udp", "127.0.0.1:0")
			s.listened("no port", "tcp", "127.0.0.1")
			s.listened("a bad port", "tcp", "127.0.0.1:99999")
			s.listened("IPv6 on tcp4", "tcp4", "[::1]:0")
			s.listened("streams as datagrams", "unixgram", s.path("g"))
			_, err := s.listenPacket(context.Background(), "tcp", "127.0.0.1:0")
			s.note("packets of a stream", err)
			_, err = s.listenPacket(context.Background(), "udp", "192.0.2.1:0")
			s.note("packets to another's", err)
		},
		differs: []difference{{step: "streams as datagrams", why: "package net returns a listener that can't accept"}},
	},
	{
		name: "listen on unix", networks: []string{"unix"},
		script: func(s *session) {
			l := s.listening("unix", options{})
			s.listened("in use", "unix", l.Addr().String())
			s.listened("too long", "unix", s.path(strings.Repeat("x", 200)))
			s.listened("no such directory", "unix", s.path("none/s"))
			s.leaveFile("left")
			s.listened("left over", "unix", s.path("left"))
			s.note("file", s.stat(l.Addr().String()))
			s.note("close", l.Close())
			s.note("file after close", s.stat(l.Addr().String()))
			s.note("the used file", s.stat(s.path("left")))
			s.note("close again", l.Close())
		},
	},
	{
		name: "the file of a unix listener is another's by now", networks: []string{"unix"},
		script: func(s *session) {
			l := s.listening("unix", options{})
			s.must(l.Close())
			other, err := s.listen(context.Background(), options{}, "unix", l.Addr().String())
			s.must(err)
			s.close(other)
			s.note("close again", l.Close())
			s.note("the other's file", s.stat(l.Addr().String()))
		},
	},
	{
		name: "accept", networks: []string{"tcp"},
		script: func(s *session) {
			l := s.listening("tcp", options{})
			d := l.(interface{ SetDeadline(time.Time) error })
			s.must(d.SetDeadline(time.Unix(1, 0)))
			s.accepted("past deadline", l)
			s.must(d.SetDeadline(time.Now().Add(10 * time.Millisecond)))
			s.accepted("deadline while it waits", l)
			s.must(d.SetDeadline(time.Time{}))
			c, err := s.dial(context.Background(), options{}, "tcp", l.Addr().String())
			s.must(err)
			s.close(c)
			s.accepted("deadline taken back", l)
			done := make(chan error)
			go func() { _, err := l.Accept(); done <- err }()
			s.note("close while it waits", l.Close())
			s.note("accept that waited", <-done)
			s.accepted("after close", l)
			s.note("close again", l.Close())
			s.note("deadline after close", d.SetDeadline(time.Time{}))
			s.note("address after close", nil, s.addr(l.Addr()))
		},
		differs: []difference{{step: "deadline after close", why: "package net leaves this one error bare, and a listener is a socket like the others here"}},
	},
	{
		name: "a connection that was given up before it was accepted", networks: []string{"tcp"},
		script: func(s *session) {
			l := s.listening("tcp", options{})
			c, err := s.dial(context.Background(), options{}, "tcp", l.Addr().String())
			s.must(err)
			s.send(c, "x")
			s.must(c.Close())
			a, err := l.Accept()
			s.must(err)
			s.close(a)
			s.read("what it had sent", a, 8)
			s.read("its end", a, 8)
		},
	},
}

const exclusive = "the address is exclusive, and who asks for it is denied; package net has none such"

// listened notes an attempt to listen.
func (s *session) listened(name, network, address string) {
	s.t.Helper()
	l, err := s.listen(context.Background(), options{}, network, address)
	if err == nil {
		s.close(l)
	}
	s.note(name, err, l == nil)
}

// accepted notes a call of Accept.
func (s *session) accepted(name string, l net.Listener) {
	s.t.Helper()
	c, err := l.Accept()
	if err == nil {
		s.close(c)
	}
	s.note(name, err, c == nil)
}

// stat is what is wrong with a file; without the call that has found it.
func (s *session) stat(path string) error {
	_, err := os.Lstat(path)
	if errors.Is(err, os.ErrNotExist) {
		return os.ErrNotExist
	}
	return err
}
