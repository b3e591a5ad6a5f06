package main

import (
	"context"
	"io"
	"net"
)

// An upstream is an echo server on package net, for a proxy to forward to.
type upstream struct{ listener net.Listener }

func newUpstream(ctx context.Context) (*upstream, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	u := &upstream{l}
	go u.serve()
	return u, nil
}

func (u *upstream) addr() string { return u.listener.Addr().String() }
func (u *upstream) close()       { _ = u.listener.Close() }

func (u *upstream) serve() {
	for {
		c, err := u.listener.Accept()
		if err != nil {
			return
		}
		go func() {
			_, _ = io.Copy(c, c)
			_ = c.Close()
		}()
	}
}
