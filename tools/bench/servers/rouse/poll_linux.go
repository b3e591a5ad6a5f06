package main

import (
	"cmp"
	"context"
	"errors"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

// A pollServer echoes in poll style: no goroutine but the loop's.
type pollServer struct {
	reactor  *reactor.Reactor
	listener *reactor.Registration
	start    starter
	failed   error
	buf      [serving.BufferSize]byte
}

// fail ends the server.
func (s *pollServer) fail(err error) {
	s.failed = err
	_ = s.reactor.Close()
}

// servePoll knows its sockets: a read that was short has read all there was, as
// TCP without urgent data promises under epoll's edges, and saves the read that
// would only say so.
func servePoll(listener platform.Handle) error { return runPoll(listener, startPoll) }

// serveBlocking is servePoll for a program that computes on every processor: the
// loop has an OS thread to itself while it waits, for which the kernel finds a
// processor at once. The runtime's scheduler would not.
func serveBlocking(listener platform.Handle) error {
	return runPoll(listener, startPoll, reactor.WithBlockingWait())
}

func startPoll(s *pollServer, h platform.Handle, g *reactor.Registration) reactor.Waker {
	return &pollConn{s, h, g}
}

// serveDrain reads until the read would block, as PollReadIO has it for every
// kind of handle.
func serveDrain(listener platform.Handle) error {
	return runPoll(listener, func(s *pollServer, h platform.Handle, g *reactor.Registration) reactor.Waker {
		c := &drainConn{s: s, h: h, g: g}
		c.op = c.echo
		return c
	})
}

// A starter makes the waker of a connection that was accepted.
type starter func(*pollServer, platform.Handle, *reactor.Registration) reactor.Waker

func runPoll(listener platform.Handle, start starter, options ...reactor.Option) error {
	r, err := reactor.New(options...)
	if err != nil {
		return err
	}
	g, err := r.RegisterHandle(listener, reactor.Readable)
	if err != nil {
		return err
	}
	s := &pollServer{reactor: r, listener: g, start: start}
	s.Wake()
	err = r.Run(context.Background())
	return cmp.Or(s.failed, err)
}

// Wake accepts what there is.
func (s *pollServer) Wake() {
	var h platform.Handle
	accept := func() (err error) {
		h, err = sock.Accept(s.listener.Handle())
		return err
	}
	for {
		switch err := s.listener.PollReadIO(s, accept); {
		case errors.Is(err, reactor.ErrPending):
			return
		case err != nil:
			s.fail(err)
			return
		}
		_ = sock.SetNoDelay(h, true)
		g, err := s.reactor.RegisterHandle(h, reactor.Readable|reactor.Writable)
		if err != nil {
			s.fail(err)
			return
		}
		s.start(s, h, g).Wake()
	}
}

// A pollConn is a connection that knows when it is drained.
type pollConn struct {
	s *pollServer
	h platform.Handle
	g *reactor.Registration
}

// Wake echoes what there is.
func (c *pollConn) Wake() {
	for {
		ev, err := c.g.PollReadReady(c)
		if errors.Is(err, reactor.ErrPending) {
			return
		}
		if err != nil {
			hangUp(c.g, c.h)
			return
		}
		n, err := native.Read(c.h, c.s.buf[:])
		switch {
		case n > 0:
			if _, err := native.Write(c.h, c.s.buf[:n]); err != nil {
				hangUp(c.g, c.h)
				return
			}
			if n < serving.BufferSize {
				c.g.ClearReadiness(ev)
			}
		case err == unix.EAGAIN: //nolint:errorlint // bare, as native.Read promises
			c.g.ClearReadiness(ev)
		default:
			hangUp(c.g, c.h)
			return
		}
	}
}

// A drainConn is a connection that reads until it would block.
type drainConn struct {
	s    *pollServer
	h    platform.Handle
	g    *reactor.Registration
	op   func() error
	done bool
}

// Wake echoes what there is.
func (c *drainConn) Wake() {
	for !c.done {
		switch err := c.g.PollReadIO(c, c.op); {
		case errors.Is(err, reactor.ErrPending):
			return
		case err != nil:
			c.done = true
		}
	}
	hangUp(c.g, c.h)
}

func (c *drainConn) echo() error {
	n, err := native.Read(c.h, c.s.buf[:])
	if err != nil {
		return err
	}
	if n == 0 {
		c.done = true
		return nil
	}
	_, err = native.Write(c.h, c.s.buf[:n])
	return err
}

// hangUp ends a connection.
func hangUp(g *reactor.Registration, h platform.Handle) {
	_ = g.Deregister()
	_ = sock.Close(h)
}
