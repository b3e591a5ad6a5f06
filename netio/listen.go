package netio

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// Listen listens on an address of package net's form, on a network that is tcp,
// tcp4, tcp6, unix or unixpacket. Ctx is for looking names up; a nil one never
// ends.
func Listen(ctx context.Context, r Registrar, network, address string) (*Listener, error) {
	return (&ListenConfig{Reactor: r}).Listen(ctx, network, address)
}

// ListenPacket opens a socket for datagrams: udp, udp4, udp6 or unixgram.
func ListenPacket(ctx context.Context, r Registrar, network, address string) (*PacketConn, error) {
	return (&ListenConfig{Reactor: r}).ListenPacket(ctx, network, address)
}

// A ListenConfig says how to listen. Only Reactor must be set.
type ListenConfig struct {
	Reactor Registrar // of the listener and of its connections

	// Control is called with each socket before it is bound.
	Control ControlFunc

	// KeepAlive and KeepAliveConfig are package net's: of the connections. A
	// KeepAlive of 0 is 15 seconds, one below 0 asks no peer.
	KeepAlive       time.Duration
	KeepAliveConfig net.KeepAliveConfig

	// Balance lets others listen on the same address as well, who balance too;
	// the system spreads the connections over all of them. Where it does not,
	// which is macOS, NetBSD, OpenBSD and Windows, that is
	// errors.ErrUnsupported: see [CanBalance].
	Balance bool
}

// CanBalance reports whether the system spreads connections over several
// listeners of one address.
func CanBalance() bool { return sock.Has(sock.Balance) }

// Listen is the function of that name, with this configuration.
func (lc *ListenConfig) Listen(ctx context.Context, network, address string) (*Listener, error) {
	n, err := networkOf(network)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	s, want, err := lc.open(ctx, n, address, false)
	if err == nil {
		l := &Listener{r: lc.Reactor, keepAlive: keepAlive(lc.KeepAlive, lc.KeepAliveConfig)}
		if err = lc.listen(l, s, n); err == nil {
			return l, nil
		}
	}
	return nil, &net.OpError{Op: "listen", Net: network, Addr: want, Err: err}
}

// listen makes a listener of a socket that is bound, and takes it over.
func (lc *ListenConfig) listen(l *Listener, s bound, n network) error {
	if n.isTCP() && sock.Inherits {
		prepare(s.h, l.keepAlive)
	}
	if err := sock.StartListening(s.h); err != nil {
		s.giveUp()
		return err
	}
	l.path = s.path
	l.identity = s.identity(n)
	if err := l.register(lc.Reactor, reactor.Readable); err != nil {
		removeFile(l.path)
		return err
	}
	return nil
}

// ListenPacket is the function of that name, with this configuration.
func (lc *ListenConfig) ListenPacket(ctx context.Context, network, address string) (*PacketConn, error) {
	n, err := networkOf(network)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: network, Err: err}
	}
	s, want, err := lc.open(ctx, n, address, true)
	if err == nil {
		c := &PacketConn{socket{identity: s.identity(n)}}
		if err = c.register(lc.Reactor, reactor.Readable|reactor.Writable); err == nil {
			return c, nil
		}
		removeFile(s.path)
	}
	return nil, &net.OpError{Op: "listen", Net: network, Addr: want, Err: err}
}

// open makes a socket and binds it. It returns the address that was asked for,
// too, for the error, where it came to one.
func (lc *ListenConfig) open(ctx context.Context, n network, address string, datagrams bool) (bound, net.Addr, error) {
	if lc.Reactor == nil {
		return bound{}, nil, errNoReactor
	}
	if ctx == nil {
		ctx = context.Background()
	}
	addrs, err := resolve(ctx, nil, n, address)
	if err != nil {
		return bound{}, nil, cancelled(err)
	}
	a := preferIPv4(addrs)
	want := netAddr(n.name, a)
	if datagrams != (n.typ == sock.Datagram) {
		return bound{}, want, &net.AddrError{Err: "unexpected address type", Addr: address}
	}
	a = n.everywhere(a)
	if a.IsIP() && a.IP.Addr().IsUnspecified() && n.only == sock.Unix {
		s, err := lc.bindBoth(n, a)
		return s, want, err
	}
	s, err := lc.bind(n, a, n.only == sock.Inet6)
	return s, want, err
}

// errNoReactor is the error of a configuration without one.
var errNoReactor error = &reactor.Error{Op: "netio", Reason: "no reactor"}

// preferIPv4 is the address to listen on, of those that a name has: as package
// net, the first of IPv4.
func preferIPv4(addrs []sock.Addr) sock.Addr {
	for _, a := range addrs {
		if a.IsIP() && a.IP.Addr().Is4() {
			return a
		}
	}
	return addrs[0]
}

// bindBoth binds to all addresses of both families by one socket, and where that
// can't be had to those of IPv4.
func (lc *ListenConfig) bindBoth(n network, a sock.Addr) (bound, error) {
	s, err := lc.bind(n, all6(a), false)
	if err == nil || sock.IsTaken(err) {
		return s, err
	}
	return lc.bind(n, all4(a), false)
}

// bind makes a socket that is bound to a. An IPv6 wildcard takes IPv4 too
// unless only6 is set.
func (lc *ListenConfig) bind(n network, a sock.Addr, only6 bool) (bound, error) {
	f := a.Family()
	h, err := n.open(f, a, lc.Control)
	if err != nil {
		return bound{}, err
	}
	s := bound{h: h, family: f}
	if err = lc.options(h, n, f, only6); err == nil {
		err = sock.Bind(h, f, a)
	}
	if err == nil {
		if n.isUnix && a.Path != "" && a.Path[0] != '@' {
			s.path = a.Path
		}
		s.addr, err = sock.Local(h)
	}
	if err != nil {
		s.giveUp()
		return bound{}, err
	}
	return s, nil
}

// options sets what must be set before a socket is bound.
func (lc *ListenConfig) options(h reactor.Handle, n network, f sock.Family, only6 bool) error {
	var errs []error
	if f == sock.Inet6 {
		errs = append(errs, sock.SetBool(h, sock.OnlyIPv6, only6))
	}
	if n.isTCP() {
		errs = append(errs, sock.Claim(h))
	}
	if lc.Balance {
		errs = append(errs, sock.SetBool(h, sock.Balance, true))
	}
	return errors.Join(errs...)
}
