package reactor

import (
	"errors"
	"fmt"
	"sync"
	"syscall"

	"github.com/rouse-io/rouse/platform/native"
)

// ErrNotIdle says that a connection has something to read, has come to its end, or
// has an error pending.
var ErrNotIdle = errors.New("rouse: connection is not idle")

// CheckIdle tells whether a connection that nobody uses is still good, as a pool
// must know before it hands the connection out: nil says that it is open, and has
// nothing to read.
//
//	for c := range pool.idle {
//		if reactor.CheckIdle(c) == nil {
//			return c
//		}
//		c.Close()
//	}
//
// That suits protocols in which the peer speaks only when it was asked. There a
// connection with something to read can't be used again: what waits is its end, or
// the rest of an answer, or one that nobody has asked for, such as a server's word
// that it was idle for too long. Any of these is an error that is [ErrNotIdle], and
// so is a reset. All other errors are those of [Probe]; where there is no adapter
// for the system it is errors.ErrUnsupported, and nothing is known.
//
// Nil is about a moment that has passed: the peer may close the connection before
// the next request has come. And what was read from c already, into a buffer of
// package bufio for instance, is not seen.
//
// For a *tls.Conn ask the connection below, NetConn, once a response was read: the
// session tickets that a server sends after the handshake come before that, and
// would be something to read.
func CheckIdle(c syscall.Conn) error {
	ready, err := look(c, "CheckIdle")
	if err != nil {
		return err
	}
	if ready&^ReadyWritable != 0 {
		return fmt.Errorf("%w: %v", ErrNotIdle, ready)
	}
	return nil
}

// Probe returns what holds for c, a net.Conn, net.Listener, os.File or anything
// else with a SyscallConn method: whether it is readable or writable, or at its
// end, or has an error pending. It needs no Reactor, does not wait, and takes
// nothing: c may be registered anywhere, and others may be blocked in its Read
// meanwhile, and Go's runtime watches it as before. A c that is closed meanwhile is
// closed after the probe.
//
// For a *tls.Conn ask the connection below, NetConn. Whether a connection of a pool
// can be used again, [CheckIdle] tells.
//
// It may be called from any goroutine. It costs what package native's Probe does,
// one or two system calls on Linux, three on Windows, and six on macOS and BSD, and
// one small allocation, which is SyscallConn's.
//
// The error of a c that was closed is the one that its SyscallConn or Control
// returns, which is net.ErrClosed for package net's. The others are platform's: what
// can't be polled is platform.ErrNotPollable. A system without an adapter is
// errors.ErrUnsupported, and so is what can't be asked about both directions, such
// as the input of a console on Windows: native.Probe asks about one.
func Probe(c syscall.Conn) (Ready, error) { return look(c, "Probe") }

// look is Probe, for a method that has a name.
func look(c syscall.Conn, op string) (Ready, error) {
	if c == nil {
		return 0, &Error{op, "nil connection"}
	}
	rc, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	p := probes.Get().(*probe)
	defer probes.Put(p)
	p.ready, p.err = 0, errors.ErrUnsupported // where Control calls nobody
	// Control keeps the handle open meanwhile.
	if err := rc.Control(p.ask); err != nil {
		return 0, err
	}
	return p.ready, p.err
}

// A probe is the memory of one: a function literal would be allocated each time.
type probe struct {
	ask   func(fd uintptr)
	ready Ready
	err   error
}

var probes = sync.Pool{New: func() any {
	p := new(probe)
	p.ask = func(fd uintptr) { p.ready, p.err = native.Probe(Handle(fd), Readable|Writable) }
	return p
}}
