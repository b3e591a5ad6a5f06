package netio

import (
	"net"
	"sync"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// A Listener takes connections. It is a net.Listener.
type Listener struct {
	socket

	r         Registrar // of the connections
	keepAlive net.KeepAliveConfig
	unlink    sync.Once
	path      string // to remove when it is closed
}

var _ net.Listener = (*Listener)(nil)

// Addr returns the address that it listens on.
func (l *Listener) Addr() net.Addr { return l.local }

// Accept is AcceptConn for net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	c, err := l.AcceptConn()
	if err != nil {
		return nil, err
	}
	return c, nil
}

// AcceptConn waits for the next connection and returns it.
//
// Where the process has no descriptor left the error is the system's, EMFILE for
// one, and Temporary as package net's is. Nothing is lost by that: the
// connection waits. Try again when descriptors have come back; net/http's server
// does so by itself.
func (l *Listener) AcceptConn() (*Conn, error) {
	if !l.gate.Enter() {
		return nil, l.refuse("accept", net.ErrClosed)
	}
	defer l.gate.Leave()
	var h reactor.Handle
	var peer sock.Addr
	err := l.g.AsyncIO(&l.rd, reactor.Readable, func() (err error) {
		h, peer, err = sock.AcceptFrom(l.h)
		return err
	})
	if err != nil {
		return nil, l.refuse("accept", explain(sock.AcceptCall, err))
	}
	return l.accepted(h, peer)
}

// PollAccept is AcceptConn for who does not wait: it returns reactor.ErrPending
// where there is no connection, and w will be woken.
func (l *Listener) PollAccept(w reactor.Waker) (*Conn, error) {
	if !l.gate.Enter() {
		return nil, l.refuse("accept", net.ErrClosed)
	}
	defer l.gate.Leave()
	if err := l.rd.Err(); err != nil {
		return nil, l.refuse("accept", err)
	}
	var h reactor.Handle
	var peer sock.Addr
	err := l.rd.orOver(l.g.PollReadIO(w, func() (err error) {
		h, peer, err = sock.AcceptFrom(l.h)
		return err
	}))
	if isPending(err) {
		return nil, err
	}
	if err != nil {
		return nil, l.refuse("accept", explain(sock.AcceptCall, err))
	}
	return l.accepted(h, peer)
}

// accepted makes a connection of what was taken.
func (l *Listener) accepted(h reactor.Handle, peer sock.Addr) (*Conn, error) {
	local, err := sock.Local(h)
	if err != nil {
		_ = sock.Close(h)
		return nil, l.refuse("accept", err)
	}
	if l.family != sock.Unix && !sock.Inherits {
		prepare(h, l.keepAlive)
	}
	c, err := newConn(l.r, identity{
		h: h, network: l.network, family: l.family, typ: l.typ,
		local: netAddr(l.network, local), remote: netAddr(l.network, peer),
	})
	if err != nil {
		return nil, l.refuse("accept", err)
	}
	return c, nil
}

// Close stops listening. Connections that nobody has taken are reset; those that
// were taken stay. The file of a unix socket is removed.
func (l *Listener) Close() error {
	// Before the socket: afterwards the name may be another's.
	l.unlink.Do(func() { removeFile(l.path) })
	return l.refuse("close", l.end())
}
