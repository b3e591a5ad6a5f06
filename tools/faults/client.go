package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// errHang is what no fault may lead to.
var errHang = errors.New("no answer, and no end of the connection either")

// A client talks to a program. Its errors say that the program has given it up,
// unless they are errHang.
type client struct {
	conn  net.Conn
	nudge func() // what to do where there is no answer, beside sending again; nil is to wait
	sent  int
	got   int
}

// nudges is the time after which a client that nudges does so.
const nudges = 50 * time.Millisecond

// dial connects and has one message echoed.
func dial(ctx context.Context, addr string, nudge bool) (*client, error) {
	d := net.Dialer{Timeout: patience}
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &client{conn: conn}
	if nudge {
		c.nudge = func() { knock(ctx, addr) }
	}
	if err := c.talk(); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// knock connects and does no more: an event for who listens.
func knock(ctx context.Context, addr string) {
	d := net.Dialer{Timeout: nudges}
	if conn, err := d.DialContext(ctx, "tcp", addr); err == nil {
		_ = conn.Close()
	}
}

func (c *client) close() { _ = c.conn.Close() }

// talk sends a message, and waits until all that was sent has come back.
func (c *client) talk() error {
	if err := c.send("message"); err != nil {
		return err
	}
	var buf [256]byte
	for deadline := time.Now().Add(patience); c.got < c.sent; {
		until := deadline
		if c.nudge != nil {
			until = time.Now().Add(nudges)
		}
		_ = c.conn.SetReadDeadline(until)
		n, err := c.conn.Read(buf[:])
		c.got += n
		switch {
		case err == nil:
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return err
		case c.nudge == nil || time.Now().After(deadline):
			return errHang
		default:
			c.nudge()
			if err := c.send("."); err != nil {
				return err
			}
		}
	}
	if c.got > c.sent {
		return fmt.Errorf("%w: %d bytes came back of %d", errHang, c.got, c.sent)
	}
	return nil
}

func (c *client) send(s string) error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(patience))
	n, err := io.WriteString(c.conn, s)
	c.sent += n
	return err
}

// end closes one direction, and waits until the program has closed the other.
func (c *client) end() error {
	defer c.close()
	if err := c.conn.(*net.TCPConn).CloseWrite(); err != nil {
		return err
	}
	_ = c.conn.SetReadDeadline(time.Now().Add(patience))
	var buf [256]byte
	for {
		switch _, err := c.conn.Read(buf[:]); {
		case err == nil:
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, os.ErrDeadlineExceeded):
			return errHang
		default:
			return err
		}
	}
}
