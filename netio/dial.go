package netio

import (
	"context"
	"net"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
)

// Dial connects to an address of package net's form, on a network that is tcp,
// tcp4, tcp6, udp, udp4, udp6, unix, unixgram or unixpacket. It gives up when ctx
// ends; a nil one never does.
//
// Where a host has several addresses they are tried one after the other, those of
// the other IP family at the same time after 300 ms, and the first that answers
// wins: RFC 6555.
func Dial(ctx context.Context, r Registrar, network, address string) (*Conn, error) {
	return (&Dialer{Reactor: r}).Dial(ctx, network, address)
}

// A Dialer says how to connect. Only Reactor must be set. It may be used by any
// number of goroutines.
type Dialer struct {
	Reactor Registrar

	LocalAddr net.Addr      // to connect from, if it matters
	Resolver  *net.Resolver // of names; nil is net.DefaultResolver

	// Control is called with each socket before it is connected.
	Control ControlFunc

	// FallbackDelay is how long the first IP family is tried alone: 300 ms if it
	// is 0, and for as long as it takes if it is below 0.
	FallbackDelay time.Duration

	// KeepAlive and KeepAliveConfig are package net's. A KeepAlive of 0 is 15
	// seconds, one below 0 does not ask the peer.
	KeepAlive       time.Duration
	KeepAliveConfig net.KeepAliveConfig
}

// DialContext is Dial in the form that net/http's Transport and others want.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Dial is the function of that name, with this configuration.
func (d *Dialer) Dial(ctx context.Context, network, address string) (*Conn, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	n, err := networkOf(network)
	switch {
	case err != nil:
	case d.Reactor == nil:
		err = errNoReactor
	case address == "":
		err = errMissingAddress
	}
	var addrs []sock.Addr
	if err == nil {
		addrs, err = resolve(ctx, d.Resolver, n, address)
	}
	if err == nil {
		addrs, err = d.reachable(n, addrs)
	}
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: cancelled(err)}
	}
	if n.typ == sock.Stream && !n.isUnix && d.FallbackDelay >= 0 {
		if first, second := split(addrs); len(second) > 0 {
			return d.race(ctx, n, first, second)
		}
	}
	return d.serial(ctx, n, addrs)
}

// split parts addresses by their family, that of the first one first.
func split(addrs []sock.Addr) (first, second []sock.Addr) {
	for _, a := range addrs {
		if a.Family() == addrs[0].Family() {
			first = append(first, a)
		} else {
			second = append(second, a)
		}
	}
	return first, second
}

// serial tries one address after the other. The first error is the one that is
// told: that address was preferred.
func (d *Dialer) serial(ctx context.Context, n network, addrs []sock.Addr) (*Conn, error) {
	var first error
	for i, a := range addrs {
		c, err := d.within(ctx, n, a, len(addrs)-i)
		if err == nil {
			return c, nil
		}
		if first == nil {
			first = &net.OpError{Op: "dial", Net: n.name, Source: d.LocalAddr, Addr: netAddr(n.name, a), Err: cancelled(err)}
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, first
}

// fairShare is the least that an address gets of the time, if there is as much:
// what a lost packet costs.
const fairShare = 2 * time.Second

// within connects within this address's share of the time: one that does not
// answer must leave some to the others.
func (d *Dialer) within(ctx context.Context, n network, a sock.Addr, addrs int) (*Conn, error) {
	if end, ok := ctx.Deadline(); ok && addrs > 1 {
		left := time.Until(end)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, max(left/time.Duration(addrs), min(left, fairShare)))
		defer cancel()
	}
	return d.connect(ctx, n, a)
}

// race tries two lists, the second after a delay or as soon as the first has
// failed. Who loses is closed.
func (d *Dialer) race(ctx context.Context, n network, first, second []sock.Addr) (*Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		c      *Conn
		err    error
		second bool
	}
	results := make(chan result, 2)
	try := func(addrs []sock.Addr, second bool) {
		c, err := d.serial(ctx, n, addrs)
		results <- result{c, err, second}
	}
	go try(first, false)
	delay := d.FallbackDelay
	if delay == 0 {
		delay = 300 * time.Millisecond
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()

	var failure error // of the first
	for running, started := 1, false; ; {
		select {
		case <-timer.C:
			if !started {
				started = true
				running++
				go try(second, true)
			}
		case r := <-results:
			running--
			if r.err == nil {
				if running > 0 {
					go func() {
						if late := <-results; late.c != nil {
							_ = late.c.Close()
						}
					}()
				}
				return r.c, nil
			}
			if !r.second {
				failure = r.err
			}
			if running == 0 && started {
				return nil, failure
			}
			if !started {
				timer.Reset(0)
			}
		}
	}
}
