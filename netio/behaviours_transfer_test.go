package netio_test

import (
	"io"
	"net"
	"runtime"
)

// transfers are reads and writes while both ends are open.
var transfers = []behaviour{
	{
		name: "there and back", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.write("write", a, "hello")
			s.read("short buffer", b, 3)
			s.read("rest", b, 8)
			s.write("back", b, "world")
			s.read("read", a, 8)
		},
	},
	{
		name: "there and back on unix", networks: []string{"unix"},
		script: func(s *session) {
			a, b, _ := s.pair("unix", options{})
			s.write("write", a, "hello")
			s.read("short buffer", b, 3)
			s.read("rest", b, 8)
		},
	},
	{
		name: "packets have their ends", networks: []string{"unixpacket"},
		script: func(s *session) {
			a, b, _ := s.pair("unixpacket", options{})
			s.write("first", a, "hello")
			s.write("second", a, "world")
			s.read("cut off", b, 3)
			s.read("second", b, 8)
			s.must(a.Close())
			s.read("end", b, 8)
		},
	},
	{
		name: "of no bytes", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.write("write", a, "")
			if !onWindows() { // package net waits until something is there
				s.read("read with nothing there", b, 0)
			}
			s.send(a, "x")
			s.read("read with something there", b, 0)
			s.read("it is still there", b, 8)
			s.must(a.Close())
			s.read("read at the end", b, 0)
			s.read("the end", b, 8)
		},
	},
	{
		name: "of no bytes on a full connection", networks: []string{"tcp"},
		notOn: "windows", // there it waits for room
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			fill(s.t, a)
			s.write("write", a, "")
		},
	},
	{
		name: "large", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			const size = 4 << 20
			done := make(chan error)
			go func() {
				n, err := io.Copy(io.Discard, b)
				if n != size {
					s.t.Errorf("%d bytes have come", n)
				}
				done <- err
			}()
			n, err := a.Write(make([]byte, size))
			s.note("write", err, n)
			s.note("close for writing", a.(halfCloser).CloseWrite())
			s.note("read", <-done)
		},
	},
}

// A halfCloser can be closed by halves.
type halfCloser interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
}

// ends are reads and writes after one end is closed, or both.
var ends = []behaviour{
	{
		name: "closed here", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			s.note("close", a.Close())
			s.read("read", a, 8)
			s.read("read of no bytes", a, 0)
			s.write("write", a, "x")
			s.write("write of no bytes", a, "")
			s.note("close again", a.Close())
			s.note("addresses", nil, s.addr(a.LocalAddr()), s.addr(a.RemoteAddr()))
			s.note("close for reading", a.(halfCloser).CloseRead())
			s.note("close for writing", a.(halfCloser).CloseWrite())
		},
	},
	{
		name: "closed while it waits", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			fill(s.t, a)
			read, written := make(chan error), make(chan error)
			go func() { _, err := a.Read(make([]byte, 8)); read <- err }()
			go func() { _, err := a.Write(make([]byte, 8)); written <- err }()
			s.note("close", a.Close())
			s.note("read", <-read)
			s.note("write", <-written)
			_ = b.Close()
		},
	},
	{
		name: "closed by the peer", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.send(b, "last")
			s.must(b.Close())
			s.read("what was sent", a, 8)
			s.read("end", a, 8)
			s.read("end again", a, 8)
		},
	},
	{
		name: "closed by the peer on unix", networks: []string{"unix"},
		script: func(s *session) {
			a, b, _ := s.pair("unix", options{})
			s.must(b.Close())
			s.read("end", a, 8)
			s.write("write", a, "x")
			s.note("close", a.Close())
		},
	},
	{
		name: "closed for writing", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.note("close for writing", a.(halfCloser).CloseWrite())
			s.write("write", a, "x")
			s.write("write of no bytes", a, "")
			s.read("end at the peer", b, 8)
			s.write("back", b, "still")
			s.read("read", a, 8)
			s.note("close for writing again", a.(halfCloser).CloseWrite())
		},
	},
	{
		name: "closed for reading", networks: []string{"tcp"},
		script: func(s *session) {
			a, _, _ := s.pair("tcp", options{})
			s.note("close for reading", a.(halfCloser).CloseRead())
			s.read("read", a, 8)
			s.write("write", a, "x")
		},
	},
	{
		name: "closed for reading while it waits", networks: []string{"tcp"},
		script: func(s *session) {
			if runtime.GOOS == "windows" {
				return // under Wine package net's read may go on; TestCloseReadWakes is netio's
			}
			a, b, _ := s.pair("tcp", options{})
			buf := make([]byte, 8)
			s.send(b, "x")
			if _, err := a.Read(buf); err != nil {
				s.t.Error(err)
			}
			read := make(chan error)
			go func() { _, err := a.Read(buf); read <- err }()
			s.must(a.(halfCloser).CloseRead())
			s.note("read", <-read)
		},
	},
	{
		name: "halves of a connection that has ended", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.reset(b)
			s.read("reset", a, 8)
			s.note("close for writing", a.(halfCloser).CloseWrite())
			s.note("close for reading", a.(halfCloser).CloseRead())
			s.note("close", a.Close())
		},
		differs: []difference{{step: "reset", on: "windows", why: wineResets}},
	},
	{
		name: "reset by the peer", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.reset(b)
			s.read("read", a, 8)
			s.write("write", a, "x")
			s.read("read again", a, 8)
		},
		differs: []difference{
			{step: "read", on: "windows", why: wineResets},
			{step: "read again", on: "windows", why: wineResets},
		},
	},
	{
		name: "reset by the peer with data on the way", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			s.send(a, "nobody reads this")
			s.must(b.Close())
			s.read("read", a, 8)
		},
		differs: []difference{{step: "read", on: "windows", why: wineResets}},
	},
	{
		name: "reset while it reads", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			read := make(chan error)
			go func() { _, err := a.Read(make([]byte, 8)); read <- err }()
			s.reset(b)
			s.note("read", <-read)
		},
		differs: []difference{{step: "read", on: "windows", why: wineResets}},
	},
	{
		name: "reset while it writes", networks: []string{"tcp"},
		script: func(s *session) {
			a, b, _ := s.pair("tcp", options{})
			fill(s.t, a)
			written := make(chan error)
			go func() { _, err := a.Write(make([]byte, 8)); written <- err }()
			s.reset(b)
			s.note("write", <-written)
		},
	},
}

// wineResets is why reads of a connection that was reset are not compared there.
const wineResets = "Wine tells a reset once, as one or as the end, now to package net and now to netio"

// reset closes a connection without a goodbye.
func (s *session) reset(c net.Conn) {
	s.t.Helper()
	s.must(c.(interface{ SetLinger(int) error }).SetLinger(0))
	s.must(c.Close())
}
