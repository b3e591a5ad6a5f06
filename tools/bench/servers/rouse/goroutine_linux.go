package main

import (
	"context"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

// serveAsync echoes in goroutine style: one goroutine for each connection, which
// the loop wakes.
func serveAsync(listener platform.Handle) error { return runGoroutines(listener, echoAsync) }

// serveReadiness does it with readiness, and knows when a connection is drained,
// as servePoll does.
func serveReadiness(listener platform.Handle) error { return runGoroutines(listener, echoReadiness) }

func runGoroutines(listener platform.Handle, echo func(*reactor.Registration, *goroutineConn)) error {
	r, err := reactor.New()
	if err != nil {
		return err
	}
	g, err := r.RegisterHandle(listener, reactor.Readable)
	if err != nil {
		return err
	}
	ctx := context.Background()
	failed := make(chan error, 1)
	go func() {
		failed <- acceptAll(r, g, echo)
		_ = r.Close()
	}()
	_ = r.Run(ctx)
	return <-failed
}

// acceptAll accepts until that fails.
func acceptAll(r *reactor.Reactor, listener *reactor.Registration, echo func(*reactor.Registration, *goroutineConn)) error {
	for {
		var h platform.Handle
		err := listener.AsyncIO(context.Background(), reactor.Readable, func() (err error) {
			h, err = sock.Accept(listener.Handle())
			return err
		})
		if err != nil {
			return err
		}
		_ = sock.SetNoDelay(h, true)
		g, err := r.RegisterHandle(h, reactor.Readable|reactor.Writable)
		if err != nil {
			return err
		}
		go func() {
			defer hangUp(g, h)
			echo(g, &goroutineConn{h: h})
		}()
	}
}

// A goroutineConn is on the heap, as a buffer that goes to a net.Conn is.
type goroutineConn struct {
	h          platform.Handle
	n, written int
	buf        [serving.BufferSize]byte
}

func (c *goroutineConn) read() (err error) {
	c.n, err = native.Read(c.h, c.buf[:])
	return err
}

func (c *goroutineConn) write() error {
	k, err := native.Write(c.h, c.buf[c.written:c.n])
	c.written += k
	return err
}

func echoAsync(g *reactor.Registration, c *goroutineConn) {
	ctx := context.Background()
	for {
		if err := g.AsyncIO(ctx, reactor.Readable, c.read); err != nil || c.n == 0 {
			return
		}
		for c.written = 0; c.written < c.n; {
			if err := g.AsyncIO(ctx, reactor.Writable, c.write); err != nil {
				return
			}
		}
	}
}

func echoReadiness(g *reactor.Registration, c *goroutineConn) {
	ctx := context.Background()
	for {
		ev, err := g.Readiness(ctx, reactor.Readable)
		if err != nil {
			return
		}
		err = c.read()
		switch {
		case c.n > 0:
			if c.n < serving.BufferSize {
				g.ClearReadiness(ev)
			}
			if c.written = 0; c.write() != nil {
				return
			}
		case err == unix.EAGAIN: //nolint:errorlint // bare, as native.Read promises
			g.ClearReadiness(ev)
		default:
			return
		}
	}
}
