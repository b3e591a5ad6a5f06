package netio

import (
	"context"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// selfConnects is how often to try again where a socket has met itself.
const selfConnects = 2

// connect connects to one address.
func (d *Dialer) connect(ctx context.Context, n network, a sock.Addr) (*Conn, error) {
	for tries := 0; ; tries++ {
		c, err := d.attempt(ctx, n, a)
		// The port that the system chose may be the one that is dialled, on a
		// machine that nobody listens on: then TCP connects the socket to itself
		// (golang/go#2690). Or it was not free after all, says the system.
		again := n.isTCP() && !d.hasPort() && tries < selfConnects
		switch {
		case again && err == nil && c.local.String() == c.remote.String():
			_ = c.Close()
		case again && sock.IsUnavailable(err):
		default:
			return c, err
		}
	}
}

func (d *Dialer) attempt(ctx context.Context, n network, a sock.Addr) (*Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a = n.somewhere(a)
	h, err := n.open(a.Family(), a, d.Control)
	if err != nil {
		return nil, err
	}
	done, err := d.start(h, a)
	if err != nil {
		_ = sock.Close(h)
		return nil, err
	}
	c, err := newConn(d.Reactor, identity{h: h, network: n.name, family: a.Family(), typ: n.typ, remote: netAddr(n.name, a)})
	if err != nil {
		return nil, err
	}
	if !done {
		err = c.connected(ctx)
	}
	var local sock.Addr
	if err == nil {
		local, err = sock.Local(h)
	}
	if err != nil {
		_ = c.Close()
		return nil, err
	}
	c.local = netAddr(n.name, local)
	if n.isTCP() {
		prepare(h, keepAlive(d.KeepAlive, d.KeepAliveConfig))
	}
	return c, nil
}

// start begins to connect, from the local address that was asked for.
func (d *Dialer) start(h reactor.Handle, a sock.Addr) (done bool, err error) {
	if local, ok := addrOf(d.LocalAddr); ok {
		if local.IsIP() && local.IP.Addr().IsUnspecified() && a.Family() == sock.Inet6 {
			local = all6(local)
		}
		if err := sock.Bind(h, a.Family(), local); err != nil {
			return false, err
		}
	}
	return sock.StartConnecting(h, a.Family(), a)
}

// connected waits until the socket is connected, or can't be.
func (c *Conn) connected(ctx context.Context) error {
	for {
		ev, err := c.g.Readiness(ctx, reactor.Writable)
		if err != nil {
			return err
		}
		if err := sock.Err(c.h); err != nil {
			return err
		}
		// Some systems report a socket before it is connected (golang/go#14548).
		_, err = sock.Peer(c.h)
		if !sock.IsUnconnected(err) || ev.Ready.IsWriteClosed() {
			return err
		}
		c.g.ClearReadiness(ev)
	}
}
