package main

import (
	"errors"
	"net"
	"sync"
	"time"

	"github.com/rouse-io/rouse/park"
)

// Why a client is closed without a word.
var (
	errLate   = errors.New("what was begun has not ended in time")
	errSilent = errors.New("no answer to a ping")
)

// A client is one WebSocket. It has no goroutine and no buffer of its own.
type client struct {
	gateway *gateway
	conn    *net.TCPConn

	// Of who reads, which is one goroutine at a time.
	in    inbox
	until time.Time // when what was begun must have ended; zero where nothing was
	asked bool      // it was silent and was sent a ping

	mu     sync.Mutex          // held while it is parked, and else for moments
	spot   *park.Spot[*client] // where it was parked last
	out    outbox
	closed bool
}

// read takes what one Read brings, which waits until the deadline at most. An
// error is the end of the client.
func (c *client) read(buf []byte, deadline time.Time) error {
	if err := c.conn.SetReadDeadline(deadline); err != nil {
		return err
	}
	n, err := c.conn.Read(buf)
	if err != nil {
		return err
	}
	return c.take(buf[:n])
}

// take takes what was read.
func (c *client) take(p []byte) error {
	c.asked = false
	if c.leaving() {
		// What comes is read and forgotten: a connection that is closed with
		// something unread is reset, and the goodbye could get lost.
		return c.hurry(true, false)
	}
	d, err := c.in.take(p)
	c.gateway.messages.Add(int64(d.messages))
	if len(d.pongs) > 0 {
		c.pong(d.pongs)
	}
	if bye, ok := errors.AsType[*goodbye](err); ok {
		c.leave(bye)
		return c.hurry(true, true)
	}
	return c.hurry(c.in.unfinished(), d.frames > 0)
}

// hurry gives the client time for what it has begun: anew where it gets on.
func (c *client) hurry(begun, getsOn bool) error {
	switch {
	case !begun:
		c.until = time.Time{}
	case getsOn || c.until.IsZero():
		c.until = time.Now().Add(c.gateway.times.patience)
	case time.Now().After(c.until):
		return errLate
	}
	return nil
}

// silent is for a client of which nothing has come for a while. It is asked
// whether it is still there, once: most clients, browsers too, only listen, but
// answer a ping.
func (c *client) silent() error {
	switch {
	case !c.until.IsZero():
		return errLate
	case c.asked || c.leaving():
		return errSilent
	}
	c.asked = true
	c.send(ping, inTurn)
	return nil
}

// park parks the client in lot, if it was not closed.
func (c *client) park(lot *park.Lot[*client]) (err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.spot, err = lot.Park(c.conn, c)
	return err
}

// close closes the connection, whoever reads or writes. It may be called again.
func (c *client) close() {
	c.mu.Lock()
	closed, spot := c.closed, c.spot
	c.closed, c.spot = true, nil
	c.mu.Unlock()
	if closed {
		return
	}
	spot.Cancel() // before the connection is closed: see package park
	_ = c.conn.Close()
	c.gateway.forget(c)
}
