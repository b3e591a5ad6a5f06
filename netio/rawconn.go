package netio

import (
	"errors"
	"net"
	"syscall"

	"github.com/rouse-io/rouse/reactor"
)

// SyscallConn gives access to the handle, for options that have no method here.
// Its Read and Write wait as those of the socket do, with its deadlines.
// After Close they fail, this does not.
func (s *socket) SyscallConn() (syscall.RawConn, error) {
	return rawConn{s}, nil
}

// A rawConn is the syscall.RawConn of a socket.
type rawConn struct{ s *socket }

// Control calls f with the handle, which stays valid while f runs.
func (r rawConn) Control(f func(fd uintptr)) error {
	return r.s.refuse("raw-control", r.s.inside(func() error { f(uintptr(r.s.h)); return nil }))
}

// Read calls f until it returns true, whenever there may be something to read.
// It returns false only after an operation has said that it would block.
func (r rawConn) Read(f func(fd uintptr) (done bool)) error {
	return r.until("raw-read", reactor.Readable, &r.s.rd, f)
}

// Write is Read for writing.
func (r rawConn) Write(f func(fd uintptr) (done bool)) error {
	return r.until("raw-write", reactor.Writable, &r.s.wd, f)
}

func (r rawConn) until(op string, in reactor.Interest, d *deadline, f func(fd uintptr) bool) error {
	s := r.s
	if !s.gate.Enter() {
		return s.fail(op, net.ErrClosed)
	}
	defer s.gate.Leave()
	if in == reactor.Writable {
		s.wmu.Lock()
		defer s.wmu.Unlock()
	}
	if err := d.Err(); err != nil && !errors.Is(err, errShut) {
		return s.fail(op, err)
	}
	if f(uintptr(s.h)) {
		return nil
	}
	err := s.g.AsyncIO(d, in, func() error {
		if f(uintptr(s.h)) {
			return nil
		}
		return reactor.ErrWouldBlock
	})
	if errors.Is(err, errShut) {
		f(uintptr(s.h)) // which the system answers at once
		return nil
	}
	return s.fail(op, err)
}
