package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// grace is how long the end of the server waits for its clients' goodbyes.
const grace = 3 * time.Second

// A server is a gateway that listens, and says what time it is.
type server struct {
	*gateway
	listener net.Listener
	http     http.Server
	every    time.Duration
}

// newServer makes a server that listens already.
func newServer(o options) (*server, error) {
	g, err := newGateway(o.style, usualTimes)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return nil, errors.Join(err, g.close(context.Background()))
	}
	return &server{
		gateway:  g,
		listener: l,
		every:    o.every,
		http: http.Server{
			Handler: g,
			// Who is slow, or says much, before he is a client.
			ReadHeaderTimeout: 10 * time.Second,
			IdleTimeout:       10 * time.Second,
			MaxHeaderBytes:    16 << 10,
		},
	}, nil
}

func (s *server) addr() string { return s.listener.Addr().String() }

// serve serves until ctx ends, and leaves nothing open. It is called once.
func (s *server) serve(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	var err error
	for err == nil {
		select {
		case now := <-tick.C:
			s.broadcast(fmt.Appendf(nil, `{"time":%q}`, now.Format(time.RFC3339)))
		case err = <-failed:
		case <-ctx.Done():
			_ = s.listener.Close()
			err = <-failed
		}
	}
	if ctx.Err() != nil {
		err = nil // it was told to
	}
	end, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	err = errors.Join(err, s.gateway.close(end))
	if s.http.Shutdown(end) != nil {
		return errors.Join(err, s.http.Close()) // requests that have not ended
	}
	return err
}
