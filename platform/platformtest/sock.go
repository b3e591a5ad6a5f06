package platformtest

import (
	"errors"
	"runtime"
	"strings"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A sock is a non-blocking handle to be polled: a socket mostly, though a pipe
// or another descriptor will do. It is closed at the end of the test.
type sock struct {
	r      *rig
	h      platform.Handle
	closed bool
}

// own makes a sock of a handle that was just opened.
func (r *rig) own(h platform.Handle, err error) *sock {
	r.Helper()
	if errors.Is(err, errors.ErrUnsupported) {
		r.Skipf("this system has no such handle: %v", err)
	}
	if err != nil {
		r.Fatalf("cannot open a handle: %v", err)
	}
	s := &sock{r: r, h: h}
	r.Cleanup(func() {
		if !s.closed {
			s.close()
		}
	})
	return s
}

// need fails the test if an operation on a handle failed.
func (s *sock) need(what string, err error) {
	s.r.Helper()
	if err != nil {
		s.r.Fatalf("%s: %v", what, err)
	}
}

func (s *sock) close() {
	s.r.Helper()
	s.closed = true
	s.need("close", closeHandle(s.h))
}

// reset closes a TCP socket such that its peer gets a RST.
func (s *sock) reset() {
	s.r.Helper()
	s.need("linger", setLinger0(s.h))
	s.close()
}

func (s *sock) shutdown(how int) {
	s.r.Helper()
	s.need("shutdown", shutdown(s.h, how))
}

// write writes all of p, for which there must be room.
func (s *sock) write(p string) {
	s.r.Helper()
	n, err := writeHandle(s.h, []byte(p))
	s.need("write", err)
	if n != len(p) {
		s.r.Fatalf("wrote %d bytes of %d", n, len(p))
	}
}

// read reads at most n bytes. There must be some.
func (s *sock) read(n int) {
	s.r.Helper()
	n, err := readHandle(s.h, make([]byte, n))
	s.need("read", err)
	if n == 0 {
		s.r.Fatal("there is nothing to read")
	}
}

// await waits until n bytes have come, and reads them.
func (s *sock) await(n int) {
	s.r.Helper()
	p := make([]byte, n)
	for end := time.Now().Add(patience); len(p) > 0; {
		n, err := readHandle(s.h, p)
		switch {
		case wouldBlock(err) && time.Now().Before(end):
			runtime.Gosched()
		case err != nil || n <= 0:
			s.r.Fatalf("read: %d, %v", n, err)
		default:
			p = p[n:]
		}
	}
}

// drain reads until the read would block, ends or fails.
func (s *sock) drain() {
	p := make([]byte, 1<<16)
	for {
		if n, err := readHandle(s.h, p); n <= 0 || err != nil {
			return
		}
	}
}

// wouldBlock checks that a read would block.
func (s *sock) wouldBlock() {
	s.r.Helper()
	if n, err := readHandle(s.h, make([]byte, 1)); !wouldBlock(err) {
		s.r.Fatalf("read: %d, %v, where it should block", n, err)
	}
}

// fill writes until the write would block.
func (s *sock) fill() {
	s.r.Helper()
	p := []byte(strings.Repeat("x", 1<<16))
	for {
		n, err := writeHandle(s.h, p)
		switch {
		case wouldBlock(err) && len(p) > 1:
			p = p[:1] // a pipe with room for less than a page refuses a page
		case wouldBlock(err):
			return
		case err != nil || n == 0:
			s.r.Fatalf("fill: %d, %v", n, err)
		}
	}
}

// tcp opens a TCP socket that is neither bound nor connected.
func (r *rig) tcp() *sock {
	r.Helper()
	return r.own(openTCP())
}

// udp opens a UDP socket that is neither bound nor connected.
func (r *rig) udp() *sock {
	r.Helper()
	return r.own(openUDP())
}

// bind binds to a port of the loopback that nobody else has, and returns it.
func (s *sock) bind() (port int) {
	s.r.Helper()
	port, err := bindLoopback(s.h)
	s.need("bind", err)
	return port
}

// connect connects to a port of the loopback, or begins to.
func (s *sock) connect(port int) {
	s.r.Helper()
	if err := connectLoopback(s.h, port); err != nil && !inProgress(err) {
		s.need("connect", err)
	}
}

// listener returns a TCP socket that listens, and its port.
func (r *rig) listener() (*sock, int) {
	r.Helper()
	s := r.tcp()
	port := s.bind()
	s.need("listen", listen(s.h))
	return s, port
}

// accept returns the next connection, for which it waits.
func (s *sock) accept() *sock {
	s.r.Helper()
	for end := time.Now().Add(patience); ; {
		h, err := acceptHandle(s.h)
		if !wouldBlock(err) || time.Now().After(end) {
			return s.r.own(h, err)
		}
		runtime.Gosched()
	}
}

// tcpPair returns the two ends of a TCP connection. What was accepted is
// connected at both ends.
func (r *rig) tcpPair() (*sock, *sock) {
	r.Helper()
	l, port := r.listener()
	a := r.tcp()
	a.connect(port)
	b := l.accept()
	l.close()
	return a, b
}

// udpPair returns two UDP sockets that are connected to each other.
func (r *rig) udpPair() (*sock, *sock) {
	r.Helper()
	a, b := r.udp(), r.udp()
	ap, bp := a.bind(), b.bind()
	a.connect(bp)
	b.connect(ap)
	return a, b
}
