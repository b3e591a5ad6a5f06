package main

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/rouse-io/rouse/netio"
)

// A server echoes, on a listener for each reactor.
type server struct {
	listeners []*netio.Listener
	accepting sync.WaitGroup
	mu        sync.Mutex
	conns     map[*netio.Conn]struct{} // guarded by mu; nil once it is closed
	serving   sync.WaitGroup
}

func serve(s *shared) (*server, error) {
	all, err := netio.ListenGroup(context.Background(), s.group, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	srv := &server{listeners: all, conns: make(map[*netio.Conn]struct{})}
	for _, l := range all {
		srv.accepting.Go(func() { srv.accept(l) })
	}
	return srv, nil
}

func (s *server) addr() string { return s.listeners[0].Addr().String() }

func (s *server) accept(l *netio.Listener) {
	for {
		c, err := l.AcceptConn()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // the client learns of it
		}
		s.mu.Lock()
		if s.conns == nil {
			_ = c.Close()
		} else {
			s.conns[c] = struct{}{}
			s.serving.Go(func() { s.echo(c) })
		}
		s.mu.Unlock()
	}
}

// echo ends as its client does: after an end, with an end.
func (s *server) echo(c *netio.Conn) {
	_, _ = io.Copy(c, c)
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
	_ = c.Close()
}

func (s *server) close() error {
	var errs []error
	for _, l := range s.listeners {
		errs = append(errs, l.Close())
	}
	s.accepting.Wait()
	s.mu.Lock()
	all := s.conns
	s.conns = nil
	s.mu.Unlock()
	for c := range all {
		_ = c.Close() // it may have ended just now
	}
	s.serving.Wait()
	return errors.Join(errs...)
}
