package main

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// A stdServer is the server as package net wants it, without rouse: what the
// others are compared with.
type stdServer struct {
	listener net.Listener
	addr     netip.AddrPort
	mu       sync.Mutex
	conns    map[net.Conn]struct{} // guarded by mu
	served   sync.WaitGroup        // connections that are not closed yet
}

// stdBuffer is what a connection reads into, and holds while it is idle. It is
// small in favour of this style: 64 KiB, as the others have, would cost
// that much for each connection.
const stdBuffer = 512

func newStdServer(addr string) (*stdServer, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &stdServer{
		listener: ln,
		addr:     ln.Addr().(*net.TCPAddr).AddrPort(),
		conns:    make(map[net.Conn]struct{}),
	}, nil
}

// Addr implements server.
func (s *stdServer) Addr() netip.AddrPort { return s.addr }

// Live implements server.
func (s *stdServer) Live() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Serve implements server.
func (s *stdServer) Serve(ctx context.Context) error {
	s.acceptAll(ctx, func(c net.Conn) { go s.echo(c) })
	s.closeAll()
	s.served.Wait()
	return nil
}

// acceptAll takes connections until ctx ends.
func (s *stdServer) acceptAll(ctx context.Context, each func(net.Conn)) {
	stop := context.AfterFunc(ctx, func() { _ = s.listener.Close() })
	defer stop()
	var pause backoff
	for {
		c, err := s.listener.Accept()
		switch {
		case err == nil:
			pause.reset()
			s.keep(c)
			each(c)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			// Most likely there are no descriptors or no memory left.
			time.Sleep(pause.next())
		}
	}
}

// echo serves one connection until its end.
func (s *stdServer) echo(c net.Conn) {
	defer s.drop(c)
	buf := make([]byte, stdBuffer)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}

// keep remembers a connection, so that the end of the server can close it.
func (s *stdServer) keep(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conns[c] = struct{}{}
	s.served.Add(1)
}

func (s *stdServer) drop(c net.Conn) {
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	_ = c.Close()
	s.served.Done()
}

// closeAll closes what is open. Nothing is accepted any more.
func (s *stdServer) closeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		_ = c.Close()
	}
}
