package main

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
)

// A parkedServer is the server on package net, but a connection that is idle has
// no goroutine and no buffer: a reactor waits for it. It is what to do to a
// server that is there already and has very many connections, most of them idle.
type parkedServer struct {
	*stdServer

	reactor *reactor.Reactor
	lot     *park.Lot[*net.TCPConn]
	active  sync.WaitGroup // goroutines that serve a connection
}

// rest is how long a connection keeps its goroutine after a message: parking
// costs more than waiting a little for the next one.
const rest = 250 * time.Millisecond

func newParkedServer(addr string, wait reactor.Option) (*parkedServer, error) {
	r, err := reactor.New(wait)
	if err != nil {
		return nil, err
	}
	std, err := newStdServer(addr)
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	s := &parkedServer{stdServer: std, reactor: r}
	s.lot = park.NewLot(r, 0, s.woken)
	return s, nil
}

// Serve implements server.
func (s *parkedServer) Serve(ctx context.Context) error {
	running := make(chan error, 1)
	go func() { running <- s.reactor.Run(context.Background()) }()
	s.acceptAll(ctx, func(c net.Conn) { s.park(c.(*net.TCPConn)) })
	err := s.lot.Close() // those who are parked are dropped
	s.closeAll()         // and the others
	s.served.Wait()
	err = errors.Join(err, s.reactor.Close())
	if why := <-running; !errors.Is(why, reactor.ErrShutdown) {
		err = errors.Join(err, why)
	}
	return err
}

// park lets go of a connection until there is something to read.
func (s *parkedServer) park(c *net.TCPConn) {
	if _, err := s.lot.Park(c, c); err != nil {
		s.drop(c)
	}
}

// woken is called when a connection is not parked any more. It must not block.
func (s *parkedServer) woken(c *net.TCPConn, w park.Wake) {
	if w.Err != nil {
		s.drop(c)
		return
	}
	s.active.Go(func() { s.echo(c) })
}

// settle returns when all connections are parked. Nobody may send anything
// meanwhile.
func (s *parkedServer) settle() { s.active.Wait() }

// echo serves a connection until it is idle.
func (s *parkedServer) echo(c *net.TCPConn) {
	buf := make([]byte, stdBuffer)
	for {
		err := c.SetReadDeadline(time.Now().Add(rest))
		n := 0
		if err == nil {
			n, err = c.Read(buf)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.park(c)
			return
		}
		if err == nil {
			_, err = c.Write(buf[:n])
		}
		if err != nil {
			s.drop(c)
			return
		}
	}
}
