package netio_test

import (
	"syscall"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// rawAccess is what goes by SyscallConn.
var rawAccess = []behaviour{
	{
		name: "SyscallConn", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			raw := s.raw(a)
			s.note("control", raw.Control(func(uintptr) {}))
			s.send(b, "hello")
			tries := 0
			s.note("read", raw.Read(func(uintptr) bool { tries++; return tries > 0 }), tries)
			s.note("write", raw.Write(func(uintptr) bool { return true }))
			s.must(a.SetDeadline(past))
			s.note("control, past deadline", raw.Control(func(uintptr) {}))
			s.note("read, past deadline", raw.Read(func(uintptr) bool { return true }))
			s.note("write, past deadline", raw.Write(func(uintptr) bool { return true }))
			s.must(a.SetReadDeadline(time.Now().Add(5 * time.Millisecond)))
			s.note("deadline while it waits", raw.Read(func(uintptr) bool { return false }))
		},
		differs: []difference{
			{step: "read, past deadline", on: "windows", why: "package net tries before it asks the deadline there"},
			{step: "write, past deadline", on: "windows", why: "package net has no deadline for it there"},
		},
	},
	{
		name: "SyscallConn reads", networks: []string{"unix"},
		script: func(s *session) {
			a, b, _ := s.pair("unix", options{})
			buf, n := make([]byte, 8), 0
			read := func(fd uintptr) (done bool) {
				var err error
				n, err = native.Read(platform.Handle(fd), buf)
				return err != native.WouldBlock
			}
			done := make(chan error)
			go func() { done <- s.raw(a).Read(read) }()
			s.send(b, "hello")
			s.note("read that waited", <-done, n)
			go func() { done <- s.raw(a).Read(read) }()
			s.must(b.Close())
			s.note("end", <-done, n)
		},
	},
	{
		name: "SyscallConn of what is closed", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, l := s.pair("tcp", options{})
			raw, of := s.raw(a), s.raw(l)
			done := make(chan error)
			go func() { done <- raw.Read(func(uintptr) bool { return false }) }()
			s.must(a.Close())
			s.note("read that waited", <-done)
			s.note("control", raw.Control(func(uintptr) { s.t.Error("called") }))
			s.note("read", raw.Read(func(uintptr) bool { s.t.Error("called"); return true }))
			s.note("write", raw.Write(func(uintptr) bool { s.t.Error("called"); return true }))
			again, err := a.(syscall.Conn).SyscallConn()
			s.note("after close", err, again != nil)
			s.note("listener", of.Control(func(uintptr) {}))
			s.must(l.Close())
			s.note("listener, closed", of.Control(func(uintptr) { s.t.Error("called") }))
		},
	},
}

// raw is the handle behind a connection or a listener.
func (s *session) raw(c any) syscall.RawConn {
	s.t.Helper()
	raw, err := c.(syscall.Conn).SyscallConn()
	s.must(err)
	return raw
}
