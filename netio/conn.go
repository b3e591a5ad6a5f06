package netio

import (
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// maxTransfer is how much one system call is asked for: macOS and FreeBSD refuse
// 2 GiB and more (golang/go#17277).
const maxTransfer = 1 << 30

// A Conn is a connection: TCP, unix, or a UDP socket with one peer. It is a
// net.Conn.
type Conn struct {
	tried  atomic.Uint32 // directions that were tried before anything was reported
	urgent atomic.Bool   // the peer has sent urgent data, so a short read says nothing

	socket
}

var _ net.Conn = (*Conn)(nil)

// Bits of Conn.tried.
const (
	triedRead = 1 << iota
	triedWrite
)

// newConn makes a connection of a handle, which it takes over.
func newConn(r Registrar, id identity) (*Conn, error) {
	c := &Conn{socket: socket{identity: id}}
	if err := c.register(r, interests(c.isTCP())); err != nil {
		return nil, err
	}
	return c, nil
}

// interests are what a connection is registered for. Urgent data is watched for
// where it decides what a short read says.
func interests(tcp bool) reactor.Interest {
	if tcp && sock.ShortReadDrains {
		return reactor.Readable | reactor.Writable | reactor.Priority
	}
	return reactor.Readable | reactor.Writable
}

func (c *Conn) isTCP() bool    { return c.typ == sock.Stream && c.family != sock.Unix }
func (c *Conn) isPacket() bool { return c.typ == sock.Datagram }

// RemoteAddr returns the peer's address. It is valid after Close too, and must
// not be changed.
func (c *Conn) RemoteAddr() net.Addr { return c.remote }

// Read reads into p. It waits until there is something, and returns io.EOF when
// the peer has closed its side. It does not allocate.
func (c *Conn) Read(p []byte) (n int, err error) {
	if !c.gate.Enter() {
		return 0, c.fail("read", net.ErrClosed)
	}
	defer c.gate.Leave()
	if len(p) == 0 && !c.isPacket() {
		return 0, nil
	}
	// Nothing is reported of a new connection before the next turn.
	if c.first(triedRead) && c.rd.Err() == nil {
		if n, err = c.receive(p); err != native.WouldBlock {
			return n, c.readError(n, err)
		}
	}
	err = c.g.AsyncIO(&c.rd, reactor.Readable, func() error {
		n, err = c.receive(p)
		return c.drained(n, len(p), err)
	})
	if errors.Is(err, errShut) {
		return c.readShut(p)
	}
	return n, c.readError(n, err)
}

// readShut reads what is left of a direction that was shut down.
func (c *Conn) readShut(p []byte) (int, error) {
	n, err := c.receive(p)
	if err == native.WouldBlock {
		return 0, io.EOF
	}
	return n, c.readError(n, err)
}

// PollRead is Read for who does not wait: it returns reactor.ErrPending where
// there is nothing, and w will be woken.
func (c *Conn) PollRead(w reactor.Waker, p []byte) (n int, err error) {
	if !c.gate.Enter() {
		return 0, c.fail("read", net.ErrClosed)
	}
	defer c.gate.Leave()
	if len(p) == 0 && !c.isPacket() {
		return 0, nil
	}
	switch err := c.rd.Err(); {
	case errors.Is(err, errShut):
		return c.readShut(p)
	case err != nil:
		return 0, c.fail("read", err)
	}
	if c.first(triedRead) {
		if n, err = c.receive(p); err != native.WouldBlock {
			return n, c.readError(n, err)
		}
	}
	err = c.rd.orOver(c.g.PollReadIO(w, func() error {
		n, err = c.receive(p)
		return c.drained(n, len(p), err)
	}))
	switch {
	case errors.Is(err, errShut):
		return c.readShut(p)
	case isPending(err):
		return 0, err
	}
	return n, c.readError(n, err)
}

func (c *Conn) receive(p []byte) (int, error) { return native.Read(c.h, p[:min(len(p), maxTransfer)]) }

// first reports, once for each direction, that it was not tried yet.
func (c *Conn) first(direction uint32) bool {
	return c.tried.Load()&direction == 0 && c.tried.Or(direction)&direction == 0
}

// drained is the result of a read that took n of size bytes: where that has
// emptied the connection, the system call that would say so is saved.
func (c *Conn) drained(n, size int, err error) error {
	if err != nil || !sock.ShortReadDrains || n == 0 || n >= min(size, maxTransfer) || !c.isTCP() || c.urgent.Load() {
		return err
	}
	// Urgent data is reported with the data before it, and stays so here.
	if c.g.TryIO(reactor.Priority, nothing) == nil {
		c.urgent.Store(true)
		return nil
	}
	return reactor.ErrDrained
}

func nothing() error { return nil }

// readError is a read's error: no bytes are the end of what is no packet.
func (c *Conn) readError(n int, err error) error {
	switch {
	case err != nil:
		return c.fail("read", explain(sock.ReadCall, err))
	case n == 0 && !c.isPacket():
		return io.EOF
	}
	return nil
}

// Write writes all of p, and waits as often as it takes. Where it fails it says
// how much was written. It does not allocate.
func (c *Conn) Write(p []byte) (n int, err error) {
	if !c.gate.Enter() {
		return 0, c.fail("write", net.ErrClosed)
	}
	defer c.gate.Leave()
	c.wmu.Lock()
	defer c.wmu.Unlock()
	// And for nothing there is always room.
	if (c.first(triedWrite) || len(p) == 0) && c.wd.Err() == nil {
		n, err = c.send(p)
		if err == nil && n >= len(p) {
			return n, nil
		}
		if err != nil && err != native.WouldBlock {
			return n, c.fail("write", explain(sock.WriteCall, err))
		}
	}
	for {
		err = c.g.AsyncIO(&c.wd, reactor.Writable, func() error {
			left := len(p) - n
			k, err := c.send(p[n:])
			n += k
			return c.filled(k, left, err)
		})
		if errors.Is(err, errShut) {
			k, err := c.sendShut(p[n:])
			return n + k, err
		}
		if err != nil || n >= len(p) {
			return n, c.fail("write", explain(sock.WriteCall, err))
		}
	}
}

// sendShut has the system say what it says of a direction that was shut down.
func (c *Conn) sendShut(p []byte) (int, error) {
	n, err := c.send(p)
	if err == native.WouldBlock {
		err = io.ErrClosedPipe
	}
	return n, c.fail("write", explain(sock.WriteCall, err))
}

// PollWrite writes as much of p as can be written now, and says how much. It
// returns reactor.ErrPending where that is nothing, and w will be woken.
func (c *Conn) PollWrite(w reactor.Waker, p []byte) (n int, err error) {
	if !c.gate.Enter() {
		return 0, c.fail("write", net.ErrClosed)
	}
	defer c.gate.Leave()
	switch err := c.wd.Err(); {
	case errors.Is(err, errShut):
		return c.sendShut(p)
	case err != nil:
		return 0, c.fail("write", err)
	}
	if c.first(triedWrite) || len(p) == 0 {
		if n, err = c.send(p); err != native.WouldBlock {
			return n, c.fail("write", explain(sock.WriteCall, err))
		}
	}
	err = c.wd.orOver(c.g.PollWriteIO(w, func() error {
		n, err = c.send(p)
		return c.filled(n, len(p), err)
	}))
	switch {
	case errors.Is(err, errShut):
		return c.sendShut(p)
	case isPending(err):
		return 0, err
	}
	return n, c.fail("write", explain(sock.WriteCall, err))
}

func (c *Conn) send(p []byte) (int, error) { return native.Write(c.h, p[:min(len(p), maxTransfer)]) }

// filled is the result of a write that gave n of size bytes: where some are left
// over, there is no room for them.
func (c *Conn) filled(n, size int, err error) error {
	if err == nil && n < min(size, maxTransfer) && sock.ShortWriteFills && c.typ == sock.Stream {
		return reactor.ErrDrained
	}
	return err
}

// CloseRead shuts the reading side down: reads return io.EOF.
func (c *Conn) CloseRead() error {
	return c.control("close", func() error {
		err := sock.CloseRead(c.h)
		if err == nil {
			c.rd.shutDown(c.g, reactor.Readable)
		}
		return err
	})
}

// CloseWrite tells the peer that nothing more will come: its reads return io.EOF
// when they have read the rest.
func (c *Conn) CloseWrite() error {
	return c.control("close", func() error {
		err := sock.CloseWrite(c.h)
		if err == nil {
			c.wd.shutDown(c.g, reactor.Writable)
		}
		return err
	})
}

// SetNoDelay says whether small writes are sent at once, which is how a TCP
// connection begins.
func (c *Conn) SetNoDelay(on bool) error {
	return c.control("set", func() error { return sock.SetNoDelay(c.h, on) })
}

// SetLinger says what Close does with data that is not sent yet, or not
// acknowledged: below 0, which is how it begins, the system sends it in the
// background; at 0 it is thrown away; above 0 that many seconds are given to it,
// and Close may wait for them.
func (c *Conn) SetLinger(seconds int) error {
	return c.control("set", func() error {
		c.lingers.Store(seconds > 0)
		return sock.SetLinger(c.h, seconds)
	})
}

// SetKeepAlive says whether an idle peer is asked if it is still there.
func (c *Conn) SetKeepAlive(on bool) error {
	return c.control("set", func() error { return sock.SetBool(c.h, sock.KeepAlive, on) })
}

// SetKeepAlivePeriod sets how long a connection is idle before its peer is asked,
// rounded up to seconds. 0 means 15 seconds, below 0 leaves it as it is. Whether
// it is asked at all is what SetKeepAlive says.
func (c *Conn) SetKeepAlivePeriod(d time.Duration) error {
	return c.control("set", func() error {
		return setKeepAliveTimes(c.h, net.KeepAliveConfig{Idle: d, Interval: -1, Count: -1})
	})
}

// SetKeepAliveConfig sets how an idle peer is asked. What the system has no
// option for is left out.
func (c *Conn) SetKeepAliveConfig(config net.KeepAliveConfig) error {
	return c.control("set", func() error { return setKeepAlive(c.h, config) })
}
