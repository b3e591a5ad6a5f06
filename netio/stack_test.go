package netio_test

import (
	"context"
	"net"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
)

// A stack is what is compared: package net, or netio, which has the same ways in.
type stack struct {
	name         string
	dial         func(ctx context.Context, o options, network, address string) (net.Conn, error)
	listen       func(ctx context.Context, o options, network, address string) (net.Listener, error)
	listenPacket func(ctx context.Context, network, address string) (net.PacketConn, error)
}

// options are what both stacks can be asked for.
type options struct {
	local     net.Addr
	resolver  *net.Resolver
	keepAlive time.Duration
	config    net.KeepAliveConfig
}

func netStack() stack {
	return stack{
		name: "net",
		dial: func(ctx context.Context, o options, network, address string) (net.Conn, error) {
			d := net.Dialer{LocalAddr: o.local, Resolver: o.resolver, KeepAlive: o.keepAlive, KeepAliveConfig: o.config}
			return d.DialContext(ctx, network, address)
		},
		listen: func(ctx context.Context, o options, network, address string) (net.Listener, error) {
			lc := net.ListenConfig{KeepAlive: o.keepAlive, KeepAliveConfig: o.config}
			return lc.Listen(ctx, network, address)
		},
		listenPacket: func(ctx context.Context, network, address string) (net.PacketConn, error) {
			return new(net.ListenConfig).ListenPacket(ctx, network, address)
		},
	}
}

func netioStack(t testing.TB) stack {
	t.Helper()
	r := running(t)
	return stack{
		name: "netio",
		dial: func(ctx context.Context, o options, network, address string) (net.Conn, error) {
			d := netio.Dialer{Reactor: r, LocalAddr: o.local, Resolver: o.resolver, KeepAlive: o.keepAlive, KeepAliveConfig: o.config}
			return d.DialContext(ctx, network, address)
		},
		listen: func(ctx context.Context, o options, network, address string) (net.Listener, error) {
			lc := netio.ListenConfig{Reactor: r, KeepAlive: o.keepAlive, KeepAliveConfig: o.config}
			l, err := lc.Listen(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return l, nil
		},
		listenPacket: func(ctx context.Context, network, address string) (net.PacketConn, error) {
			c, err := netio.ListenPacket(ctx, r, network, address)
			if err != nil {
				return nil, err
			}
			return c, nil
		},
	}
}
