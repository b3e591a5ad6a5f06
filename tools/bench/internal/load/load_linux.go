// Package load is the client that loads a server: the same for all of them.
package load

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/tools/bench/internal/child"
	"github.com/rouse-io/rouse/tools/bench/internal/contender"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

// messageSize is what every message of every load has.
const messageSize = 64

// patience is how long a load waits for answers that don't come.
const patience = 10 * time.Second

// A Load is what a client does to a server.
type Load struct {
	Conns int // connections; of a churn, those under way at once
	Rate  int // messages a second in all; 0: each connection sends when it has its answer
	Churn bool
}

func (l Load) String() string {
	s := strconv.Itoa(l.Conns) + " connections"
	if l.Conns == 1 {
		s = "1 connection"
	}
	switch {
	case l.Churn:
		return s + ", each for one message"
	case l.Rate > 0:
		return s + ", " + strconv.Itoa(l.Rate) + " messages/s"
	}
	return s + ", ping-pong"
}

// A client puts a load on a server: one loop on one thread, the same for every
// server.
type client struct {
	Load
	addr   netip.AddrPort
	poller platform.Poller
	socks  []clientSock // by token
	events []platform.Event
	buf    []byte
	flying int // messages, or connections of a churn, that are under way
}

// A clientSock is one connection.
type clientSock struct {
	handle    platform.Handle
	connected bool
	got       int // bytes of answers, modulo the size of a message
}

func newClient(l Load, addr netip.AddrPort) (*client, error) {
	p, err := native.Open()
	if err != nil {
		return nil, err
	}
	c := &client{
		Load:   l,
		addr:   addr,
		poller: p,
		socks:  make([]clientSock, l.Conns),
		events: make([]platform.Event, 256),
		buf:    make([]byte, serving.BufferSize),
	}
	for i := range c.socks {
		c.socks[i].handle = platform.NoHandle
	}
	return c, nil
}

// close resets the connections, so that none of them lingers.
func (c *client) close() {
	for i := range c.socks {
		if h := c.socks[i].handle; h != platform.NoHandle {
			_ = unix.SetsockoptLinger(int(h), unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
			_ = sock.Close(h)
		}
	}
	_ = c.poller.Close()
}

// connect begins to connect one socket.
func (c *client) connect(i int) error {
	h, err := sock.Connect(c.addr)
	if err != nil {
		return err
	}
	c.socks[i] = clientSock{handle: h}
	return c.poller.Add(h, platform.Token(i), platform.Readable|platform.Writable, platform.Edge)
}

// connectAll makes the connections, a few at a time so that no backlog is full.
func (c *client) connectAll(ctx context.Context) error {
	const together = 128
	for first := 0; first < c.Conns; first += together {
		last := min(first+together, c.Conns)
		for i := first; i < last; i++ {
			if err := c.connect(i); err != nil {
				return err
			}
		}
		for deadline := time.Now().Add(patience); first < last; {
			n, err := c.wait(ctx, deadline)
			if err != nil {
				return err
			}
			for _, ev := range c.events[:n] {
				s := &c.socks[ev.Token]
				if !s.connected {
					if err := sock.Err(s.handle); err != nil {
						return err
					}
					s.connected = true
					last--
				}
			}
		}
	}
	return nil
}

// wait waits for events until next, and gives up when nothing comes.
func (c *client) wait(ctx context.Context, next time.Time) (int, error) {
	n, err := c.poller.Wait(c.events, max(time.Until(next), 0))
	if err != nil {
		return 0, err
	}
	return n, ctx.Err()
}

// run puts the load on for d, waits for the last answer, and returns how many
// messages that were.
func (c *client) run(ctx context.Context, d time.Duration) (int, error) {
	now := time.Now()
	start, end := now, now.Add(d)
	done, sent := 0, 0
	var interval time.Duration
	if c.Rate > 0 {
		interval = time.Second / time.Duration(c.Rate)
	} else {
		for i := range c.socks {
			if err := c.begin(i); err != nil {
				return 0, err
			}
		}
	}
	for now.Before(end) || c.flying > 0 {
		next := end
		if !now.Before(end) {
			next = end.Add(patience)
		} else if c.Rate > 0 {
			next = start.Add(time.Duration(sent) * interval)
		}
		n, err := c.wait(ctx, next)
		if err != nil {
			return 0, err
		}
		for _, ev := range c.events[:n] {
			k, err := c.handle(int(ev.Token))
			if err != nil {
				return 0, err
			}
			done += k
			if k > 0 && c.Rate == 0 && now.Before(end) {
				if err := c.begin(int(ev.Token)); err != nil {
					return 0, err
				}
			}
		}
		now = time.Now()
		for c.Rate > 0 && now.Before(end) && !now.Before(start.Add(time.Duration(sent)*interval)) {
			if err := c.begin(sent % c.Conns); err != nil {
				return 0, err
			}
			sent++
		}
		if now.After(end.Add(patience)) {
			return 0, fmt.Errorf("%d answers did not come", c.flying)
		}
	}
	return done, nil
}

// begin sends a message; of a churn, it begins to connect.
func (c *client) begin(i int) error {
	c.flying++
	if c.Churn {
		return c.connect(i)
	}
	return c.send(i)
}

func (c *client) send(i int) error {
	n, err := native.Write(c.socks[i].handle, c.buf[:messageSize])
	if err == nil && n != messageSize {
		err = errors.New("short write")
	}
	return err
}

// handle does what an event asks for, and returns how many messages have been
// answered.
func (c *client) handle(i int) (int, error) {
	s := &c.socks[i]
	if s.handle == platform.NoHandle {
		return 0, nil
	}
	if c.Churn && !s.connected {
		if err := sock.Err(s.handle); err != nil {
			return 0, err
		}
		s.connected = true
		return 0, c.send(i)
	}
	n, err := native.Read(s.handle, c.buf)
	switch {
	case err == unix.EAGAIN: //nolint:errorlint // bare, as native.Read promises
		return 0, nil
	case err != nil:
		return 0, err
	case n == 0:
		return 0, errors.New("the server has closed a connection")
	}
	s.got += n
	k := s.got / messageSize
	s.got %= messageSize
	c.flying -= k
	if c.Churn && k > 0 {
		h := s.handle
		s.handle = platform.NoHandle
		if err := c.poller.Delete(h); err != nil {
			return 0, err
		}
		return k, sock.Close(h)
	}
	return k, nil
}

// Measure starts a server, puts a load on it, and returns the CPU time that one
// message costs it. The first load is not counted: it brings the server to speed.
func Measure(ctx context.Context, command []string, l Load, d time.Duration) (time.Duration, error) {
	if err := enoughHandles(l.Conns); err != nil {
		return 0, err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// A thread's timers are otherwise late by 50 us.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)

	server, err := child.Start(ctx, command)
	if err != nil {
		return 0, err
	}
	defer server.Stop()
	c, err := newClient(l, server.Addr)
	if err != nil {
		return 0, err
	}
	defer c.close()
	if !l.Churn {
		if err := c.connectAll(ctx); err != nil {
			return 0, err
		}
	}
	if _, err := c.run(ctx, d/5); err != nil {
		return 0, err
	}
	before, err := server.CPU()
	if err != nil {
		return 0, err
	}
	n, err := c.run(ctx, d)
	if err != nil {
		return 0, err
	}
	after, err := server.CPU()
	if err != nil {
		return 0, err
	}
	return (after - before) / time.Duration(max(n, 1)), nil
}

// enoughHandles reports whether a process may have so many connections.
func enoughHandles(conns int) error {
	const others = 64
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Cur < uint64(conns+others) {
		return &contender.UnavailableError{Reason: fmt.Sprintf("needs ulimit -n %d", conns+others)}
	}
	return nil
}
