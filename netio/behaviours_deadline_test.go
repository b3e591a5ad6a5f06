package netio_test

import "time"

// past is a deadline that has passed.
var past = time.Unix(1, 0)

// deadlines are what reads and writes answer to them.
var deadlines = []behaviour{
	{
		name: "past deadline", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.send(b, "there")
			s.note("set", a.SetDeadline(past))
			s.read("read, though something is there", a, 8)
			s.write("write, though there is room", a, "x")
			s.write("write of no bytes", a, "")
			s.note("take back", a.SetDeadline(time.Time{}))
			s.read("read", a, 8)
			s.write("write", a, "x")
		},
	},
	{
		name: "past deadline, read of no bytes", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			s.must(a.SetDeadline(past))
			s.read("read", a, 0)
		},
		differs: []difference{{step: "read", on: "windows", why: "package net asks the deadline first there; here a read of no bytes is the same on every system"}},
	},
	{
		name: "deadline while it waits", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			fill(s.t, a)
			s.must(a.SetDeadline(time.Now().Add(10 * time.Millisecond)))
			s.read("read", a, 8)
			s.write("write", a, "x")
		},
	},
	{
		name: "deadline set while it waits", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			done := make(chan error)
			for _, at := range []time.Time{past, time.Now(), time.Now().Add(time.Millisecond)} {
				s.must(a.SetReadDeadline(time.Time{}))
				go func() { _, err := a.Read(make([]byte, 8)); done <- err }()
				s.must(a.SetReadDeadline(at))
				s.note("read", <-done)
			}
		},
	},
	{
		name: "deadline moved", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.must(a.SetReadDeadline(past))
			s.read("past", a, 8)
			s.must(a.SetReadDeadline(time.Now().Add(time.Hour)))
			s.send(b, "x")
			s.read("ahead again", a, 8)
			s.must(a.SetReadDeadline(time.Now().Add(time.Millisecond)))
			s.read("passes", a, 8)
			s.must(a.SetReadDeadline(time.Time{}))
			s.send(b, "y")
			s.read("never", a, 8)
		},
	},
	{
		name: "deadlines of both directions", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.must(a.SetReadDeadline(past))
			s.read("read", a, 8)
			s.write("write", a, "x")
			s.must(a.SetReadDeadline(time.Time{}))
			s.must(a.SetWriteDeadline(past))
			s.send(b, "y")
			s.read("read", a, 8)
			s.write("write", a, "x")
		},
	},
	{
		name: "deadline and end", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.must(b.Close())
			s.must(a.SetReadDeadline(past))
			s.read("read", a, 8)
			s.must(a.Close())
			s.read("after close", a, 8)
		},
	},
	{
		name: "deadlines of what is closed", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			s.must(a.Close())
			s.note("both", a.SetDeadline(time.Now()))
			s.note("read", a.SetReadDeadline(time.Time{}))
			s.note("write", a.SetWriteDeadline(past))
		},
	},
	{
		name: "deadlines far away", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.send(b, "x")
			s.must(a.SetDeadline(time.Unix(1<<60, 0)))
			s.read("in the future", a, 8)
			s.must(a.SetDeadline(time.Unix(-1<<60, 0)))
			s.read("in the past", a, 8)
		},
	},
}
