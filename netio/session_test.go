package netio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/rouse-io/rouse/platform/native"
)

// A session is one run of a script on one stack. It keeps what was seen.
type session struct {
	stack

	t     testing.TB
	dir   string            // for the files of unix sockets
	ports map[string]string // names of the ports, in the order in which they came
	steps []step
}

// A step is what one call has answered.
type step struct {
	Name   string
	Values string
	Err    failure
}

// A failure is all that can be asked of an error.
type failure struct {
	Text               string
	Is                 []string
	Timeout, Temporary bool
	Op, Net            string // of a *net.OpError
	Source, Addr       string // with their types
}

// The errors that errors.Is is asked for.
var targets = []struct {
	name string
	err  error
}{
	{"net.ErrClosed", net.ErrClosed},
	{"os.ErrClosed", os.ErrClosed},
	{"os.ErrDeadlineExceeded", os.ErrDeadlineExceeded},
	{"os.ErrInvalid", os.ErrInvalid},
	{"os.ErrPermission", os.ErrPermission},
	{"os.ErrNotExist", os.ErrNotExist},
	{"errors.ErrUnsupported", errors.ErrUnsupported},
	{"io.EOF", io.EOF},
	{"context.Canceled", context.Canceled},
	{"context.DeadlineExceeded", context.DeadlineExceeded},
	{"EAGAIN", native.WouldBlock},
	{"EINVAL", syscall.EINVAL},
	{"ECONNREFUSED", systemErrors.refused},
	{"ECONNRESET", systemErrors.reset},
	{"EPIPE", systemErrors.pipe},
	{"EADDRINUSE", systemErrors.inUse},
	{"EADDRNOTAVAIL", systemErrors.notAvailable},
}

// run runs a script on a stack, and returns what was seen.
func (b behaviour) run(t *testing.T, s stack) []step {
	t.Helper()
	x := &session{stack: s, t: t, dir: shortDir(t), ports: map[string]string{}}
	b.script(x)
	return x.steps
}

// shortDir is a directory whose name leaves room in the 104 bytes and more that
// a unix socket's path may have; that of t.TempDir has the test's name in it.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "n") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// note keeps what a call has answered.
func (s *session) note(name string, err error, values ...any) {
	s.t.Helper()
	s.steps = append(s.steps, step{Name: name, Values: s.normal(fmt.Sprintln(values...)), Err: s.failure(err)})
}

func (s *session) failure(err error) (f failure) {
	if err == nil {
		return f
	}
	f.Text = s.normal(err.Error())
	for _, target := range targets {
		if errors.Is(err, target.err) {
			f.Is = append(f.Is, target.name)
		}
	}
	if e, ok := err.(net.Error); ok {
		f.Timeout, f.Temporary = e.Timeout(), e.Temporary() //nolint:staticcheck // it is deprecated, and asked for by net/http
	}
	if e := (*net.OpError)(nil); errors.As(err, &e) {
		f.Op, f.Net = e.Op, e.Net
		f.Source, f.Addr = s.addr(e.Source), s.addr(e.Addr)
	}
	return f
}

// addr is an address with its type.
func (s *session) addr(a net.Addr) string {
	if a == nil {
		return ""
	}
	return s.normal(fmt.Sprintf("%T %s %s", a, a.Network(), a))
}

var portOf = regexp.MustCompile(`(\d|\]|\w| ):(\d+)\b`)

// normal is text without what differs from run to run: ports get the names P1,
// P2 and so on, the directory its own, and so have the calls that package net
// makes on Windows where the sockets of old made others, and a type of its own.
func (s *session) normal(text string) string {
	text = strings.ReplaceAll(text, s.dir+string(filepath.Separator), "DIR/")
	text = calls.Replace(text)
	return portOf.ReplaceAllStringFunc(text, func(m string) string {
		colon := strings.LastIndexByte(m, ':')
		port := m[colon+1:]
		if len(port) < 4 { // one that the script has chosen
			return m
		}
		if s.ports[port] == "" {
			s.ports[port] = fmt.Sprintf("P%d", len(s.ports)+1)
		}
		return m[:colon+1] + s.ports[port]
	})
}

var calls = strings.NewReplacer("connectex:", "connect:", "acceptex:", "accept:", "net.addrPortUDPAddr", "*net.UDPAddr")

// path is a place for a unix socket.
func (s *session) path(name string) string { return filepath.Join(s.dir, name) }

// close closes with the test.
func (s *session) close(c io.Closer) { s.t.Cleanup(func() { _ = c.Close() }) }

// must ends the test where what the script stands on does not hold.
func (s *session) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatalf("%s: %v", s.name, err)
	}
}

// listening listens on a place of the network's own.
func (s *session) listening(network string, o options) net.Listener {
	s.t.Helper()
	address := place(s.t, network)
	if network == "unix" || network == "unixpacket" {
		address = s.path("l")
	}
	l, err := s.listen(context.Background(), o, network, address)
	s.must(err)
	s.close(l)
	return l
}

// pair returns the two ends of a connection, and its listener.
func (s *session) pair(network string, o options) (client, server net.Conn, _ net.Listener) {
	s.t.Helper()
	l := s.listening(network, o)
	type result struct {
		c   net.Conn
		err error
	}
	accepted := make(chan result, 1)
	go func() {
		c, err := l.Accept()
		accepted <- result{c, err}
	}()
	client, err := s.dial(context.Background(), o, network, l.Addr().String())
	s.must(err)
	other := <-accepted
	s.must(other.err)
	server = other.c
	s.close(client)
	s.close(server)
	return client, server, l
}

// send writes all, without which the script has no point.
func (s *session) send(c net.Conn, text string) {
	s.t.Helper()
	_, err := c.Write([]byte(text))
	s.must(err)
}

// read notes one read.
func (s *session) read(name string, c net.Conn, size int) {
	s.t.Helper()
	buf := make([]byte, size)
	n, err := c.Read(buf)
	s.note(name, err, n, string(buf[:max(n, 0)]))
}

// write notes one write.
func (s *session) write(name string, c net.Conn, text string) {
	s.t.Helper()
	n, err := c.Write([]byte(text))
	s.note(name, err, n)
}

func onWindows() bool { return runtime.GOOS == "windows" }
