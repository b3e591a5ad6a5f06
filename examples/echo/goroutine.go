package main

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// A goroutineServer is the server with a goroutine for each connection, which
// AsyncIO parks until the reactor wakes it. It reads like package net, and costs
// a goroutine's stack for each connection, but no buffer: that is taken from a
// pool when there is something to read.
type goroutineServer struct {
	reactor *reactor.Reactor
	handle  platform.Handle
	accepts *reactor.Registration
	addr    netip.AddrPort
	buffers sync.Pool
	live    atomic.Int64
}

func newGoroutineServer(addr string, wait reactor.Option) (*goroutineServer, error) {
	r, err := reactor.New(wait)
	if err != nil {
		return nil, err
	}
	s := &goroutineServer{reactor: r}
	s.buffers.New = func() any { return new([scratchSize]byte) }
	if s.handle, s.addr, err = sock.Listen(addr); err != nil {
		_ = r.Close()
		return nil, err
	}
	if s.accepts, err = r.RegisterHandle(s.handle, platform.Readable); err != nil {
		_ = sock.Close(s.handle)
		_ = r.Close()
		return nil, err
	}
	return s, nil
}

// Addr implements server.
func (s *goroutineServer) Addr() netip.AddrPort { return s.addr }

// Live implements server.
func (s *goroutineServer) Live() int { return int(s.live.Load()) }

// Serve implements server.
func (s *goroutineServer) Serve(ctx context.Context) error {
	var all sync.WaitGroup
	all.Go(func() { s.acceptAll(ctx, &all) })
	err := s.reactor.Run(ctx)
	// Close ends every AsyncIO with ErrShutdown.
	err = errors.Join(ended(err), s.reactor.Close())
	all.Wait()
	_ = s.accepts.Deregister()
	_ = sock.Close(s.handle)
	return err
}

// acceptAll takes connections until the reactor is closed.
func (s *goroutineServer) acceptAll(ctx context.Context, all *sync.WaitGroup) {
	var pause backoff
	for {
		var h platform.Handle
		err := s.accepts.AsyncIO(context.Background(), platform.Readable, func() (err error) {
			h, err = sock.Accept(s.handle)
			return err
		})
		switch {
		case err == nil:
			pause.reset()
			s.live.Add(1)
			all.Go(func() {
				s.echo(h)
				s.live.Add(-1)
			})
		case errors.Is(err, reactor.ErrShutdown):
			return
		default:
			// Most likely there are no descriptors or no memory left.
			select {
			case <-time.After(pause.next()):
			case <-ctx.Done():
				return
			}
		}
	}
}

// echo serves one connection until its end.
func (s *goroutineServer) echo(h platform.Handle) {
	_ = sock.SetNoDelay(h, true)
	if g, err := s.reactor.RegisterHandle(h, platform.Readable|platform.Writable); err == nil {
		for err == nil {
			err = s.echoOnce(g, h)
		}
		_ = g.Deregister()
	}
	_ = sock.Close(h)
}

// echoOnce waits for data, and returns when it has been written. A context that
// can't end costs nothing; the end of the server is the reactor's.
func (s *goroutineServer) echoOnce(g *reactor.Registration, h platform.Handle) error {
	var buf *[scratchSize]byte
	var data []byte
	err := g.AsyncIO(context.Background(), platform.Readable, func() error {
		// The operation runs when there is something to read, so whoever waits
		// holds no buffer.
		buf = s.buffers.Get().(*[scratchSize]byte)
		n, err := native.Read(h, buf[:])
		if err != nil {
			s.buffers.Put(buf)
			return err
		}
		data = buf[:n]
		return nil
	})
	if err != nil {
		return err
	}
	defer s.buffers.Put(buf)
	if len(data) == 0 {
		return io.EOF
	}
	for len(data) > 0 {
		err := g.AsyncIO(context.Background(), platform.Writable, func() error {
			n, err := native.Write(h, data)
			data = data[n:]
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
