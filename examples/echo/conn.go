package main

import (
	"bytes"
	"errors"
	"io"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// A conn is a connection in poll style. It is its own waker, and it is all that
// an idle connection costs here: there is no buffer in it and no goroutine.
//
// It always waits for one thing, to read or to write, and the reactor holds it
// for that long. So it is never lost, and a shutdown finds it.
type conn struct {
	server       *pollServer
	handle       platform.Handle
	registration *reactor.Registration
	pending      []byte // read and not yet written; nil nearly always
}

// Wake is called when the connection can go on, and goes as far as it can.
func (c *conn) Wake() {
	if err := c.echo(); !errors.Is(err, reactor.ErrPending) {
		// The peer has closed or reset the connection, or the reactor was shut
		// down: there is nothing left to do.
		c.close()
	}
}

// echo reads and writes until one of them would block, and then returns
// ErrPending: the reactor holds c from there on, and wakes it.
//
// It reads only when everything has been written. So a peer that sends and does
// not read fills its own buffers and not this server's memory, and when the end
// of the stream is read there is nothing left to flush.
func (c *conn) echo() error {
	for {
		if c.pending != nil {
			var err error
			if c.pending, err = c.write(c.pending); err != nil {
				return err
			}
		}
		data, err := c.read(c.server.scratch)
		if err != nil {
			return err
		}
		if rest, err := c.write(data); err != nil {
			// The scratch buffer is everybody's, so what is left needs a place.
			c.pending = bytes.Clone(rest)
			return err
		}
	}
}

// read reads into p. At the end of the stream it returns io.EOF.
func (c *conn) read(p []byte) ([]byte, error) {
	var n int
	err := c.registration.PollReadIO(c, func() (err error) {
		n, err = native.Read(c.handle, p)
		return err
	})
	if err == nil && n == 0 {
		err = io.EOF
	}
	return p[:n], err
}

// write writes p. With an error it returns what could not be written.
func (c *conn) write(p []byte) ([]byte, error) {
	for len(p) > 0 {
		err := c.registration.PollWriteIO(c, func() error {
			n, err := native.Write(c.handle, p)
			p = p[n:]
			return err
		})
		if err != nil {
			return p, err
		}
	}
	return nil, nil
}

func (c *conn) close() {
	// Deregister before Close: afterwards the number may be another socket's.
	_ = c.registration.Deregister()
	_ = sock.Close(c.handle)
	c.server.live.Add(-1)
}
