package main

import (
	"context"
	"net"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
)

// listenNetio is the server that everybody writes, on package netio.
func listenNetio() (net.Addr, func() error, error) {
	r, err := reactor.New()
	if err != nil {
		return nil, nil, err
	}
	l, err := netio.Listen(context.Background(), r, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	return l.Addr(), func() error {
		failed := make(chan error, 1)
		go func() {
			failed <- serving.EchoConns(l)
			_ = r.Close()
		}()
		_ = r.Run(context.Background())
		return <-failed
	}, nil
}
