package netio

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/internal/gate"
	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// An identity is what a socket is, for good.
type identity struct {
	h      reactor.Handle
	family sock.Family
	typ    sock.Type

	network       string
	local, remote net.Addr // remote is nil where there is none
}

// A socket is what a Conn, a Listener and a PacketConn have in common: a handle,
// its registration, and its life. What every call needs comes first: with many
// connections each is in no cache when its turn comes.
type socket struct {
	g      *reactor.Registration
	gate   gate.Gate  // who is inside may use the handle
	rd, wd deadline   // of the two directions
	wmu    sync.Mutex // held by who writes

	identity

	lingers atomic.Bool // closing it may block
}

// register takes a handle over: where it fails it closes it.
func (s *socket) register(r Registrar, in reactor.Interest) error {
	g, err := r.RegisterHandle(s.h, in)
	if err != nil {
		_ = sock.Close(s.h) // the error is why
		return err
	}
	s.g = g
	return nil
}

// Close closes the socket. Whoever waits in it returns with an error that is
// net.ErrClosed.
func (s *socket) Close() error { return s.fail("close", s.end()) }

// end is Close, with the bare error.
func (s *socket) end() error {
	if !s.gate.Close(s.deregister) {
		return net.ErrClosed
	}
	s.deregister()
	s.rd.stop()
	s.wd.stop()
	if s.lingers.Load() {
		return sock.CloseLingering(s.h)
	}
	return sock.Close(s.h)
}

// deregister makes all who wait return, for good. The registration ends before
// the handle does; what the system says to that changes nothing.
func (s *socket) deregister() { _ = s.g.Deregister() }

// LocalAddr returns the local address. It is valid after Close too, and must not
// be changed.
func (s *socket) LocalAddr() net.Addr { return s.local }

// SetDeadline sets both deadlines, as SetReadDeadline and SetWriteDeadline do.
func (s *socket) SetDeadline(t time.Time) error { return s.setDeadlines(t, true, true) }

// SetReadDeadline sets when reads fail with an error that is
// os.ErrDeadlineExceeded: those that wait, and later ones. The zero time means
// never, which is also how it begins; moving it makes reads possible again. A
// Waker that waits for reading is woken when the deadline passes.
func (s *socket) SetReadDeadline(t time.Time) error { return s.setDeadlines(t, true, false) }

// SetWriteDeadline is SetReadDeadline for writes.
func (s *socket) SetWriteDeadline(t time.Time) error { return s.setDeadlines(t, false, true) }

func (s *socket) setDeadlines(t time.Time, read, write bool) error {
	if !s.gate.Enter() {
		return s.refuse("set", net.ErrClosed)
	}
	defer s.gate.Leave()
	if read {
		s.rd.set(t, s.g, reactor.Readable)
	}
	if write {
		s.wd.set(t, s.g, reactor.Writable)
	}
	return nil
}

// set sets an option.
func (s *socket) set(o sock.Option, v int) error {
	return s.refuse("set", s.inside(func() error { return sock.Set(s.h, o, v) }))
}

// control is inside for a Conn.
func (s *socket) control(op string, f func() error) error { return s.fail(op, s.inside(f)) }

// inside calls f while the handle is valid.
func (s *socket) inside(f func() error) error {
	if !s.gate.Enter() {
		return net.ErrClosed
	}
	defer s.gate.Leave()
	return f()
}

// SetReadBuffer sets the size of the system's buffer for receiving, in bytes.
func (s *socket) SetReadBuffer(bytes int) error { return s.set(sock.ReceiveBuffer, bytes) }

// SetWriteBuffer sets the size of the system's buffer for sending, in bytes.
func (s *socket) SetWriteBuffer(bytes int) error { return s.set(sock.SendBuffer, bytes) }

// fail is err as package net would tell it; nil stays nil.
func (s *socket) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	return &net.OpError{Op: op, Net: s.network, Source: s.local, Addr: s.remote, Err: err}
}

// refuse is fail for what is about the socket alone.
func (s *socket) refuse(op string, err error) error {
	if err == nil {
		return nil
	}
	return &net.OpError{Op: op, Net: s.network, Addr: s.local, Err: err}
}

// explain is the error of an operation that made a system call. What is no
// errno, a deadline for one, stays as it is.
func explain(call string, err error) error {
	if sock.IsErrno(err) {
		return os.NewSyscallError(call, err)
	}
	return err
}

// isPending reports whether a poll must be tried again later: that is no failure,
// and is returned as it is.
func isPending(err error) bool { return errors.Is(err, reactor.ErrPending) }
