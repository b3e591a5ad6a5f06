package main

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
)

// rest is how long a parked server's connection keeps its goroutine after a
// message: parking costs more than waiting a little for the next one.
const rest = 250 * time.Millisecond

// A parkedServer is on package net, but a connection that is idle has no goroutine
// and no buffer.
type parkedServer struct {
	reactor  *reactor.Reactor
	listener net.Listener
	lot      *park.Lot[*net.TCPConn]
}

func listenParked() (net.Addr, func() error, error) {
	r, err := reactor.New()
	if err != nil {
		return nil, nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	s := &parkedServer{reactor: r, listener: l}
	s.lot = park.NewLot(r, 0, s.woken)
	return l.Addr(), s.serve, nil
}

func (s *parkedServer) serve() error {
	failed := make(chan error, 2)
	go func() { failed <- s.reactor.Run(context.Background()) }()
	go func() { failed <- s.accept() }()
	return <-failed
}

func (s *parkedServer) accept() error {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return err
		}
		s.park(c.(*net.TCPConn))
	}
}

// park lets go of a connection until there is something to read.
func (s *parkedServer) park(c *net.TCPConn) {
	if _, err := s.lot.Park(c, c); err != nil {
		_ = c.Close()
	}
}

// woken is called when a connection is not parked any more.
func (s *parkedServer) woken(c *net.TCPConn, w park.Wake) {
	if w.Err != nil {
		_ = c.Close()
		return
	}
	go s.echo(c)
}

// echo serves a connection until it is idle.
func (s *parkedServer) echo(c *net.TCPConn) {
	buf := make([]byte, serving.BufferSize)
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
			_ = c.Close()
			return
		}
	}
}
