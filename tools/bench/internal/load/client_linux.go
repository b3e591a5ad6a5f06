package load

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

// messageSize is what every message of every load has.
const messageSize = 64

// patience is how long a load waits for answers that don't come.
const patience = 10 * time.Second

// mostChurned is how many connections one run of a churn makes at most: an address
// has 28,232 ports, and the kernel keeps each for a while after its connection.
const mostChurned = 10_000

// A client puts a load on a server: one loop on one thread, the same for every
// server.
type client struct {
	Load
	addr     netip.AddrPort
	patience time.Duration
	poller   platform.Poller
	socks    []clientSock // by token
	events   []platform.Event
	buf      []byte
	latency  *latencies

	// Of one run.
	start    time.Time
	schedule schedule
	length   time.Duration
	begun    int // messages, or connections of a churn
	flying   int // those that are under way
}

// A clientSock is one connection.
type clientSock struct {
	handle    platform.Handle
	connected bool
	got       int           // bytes of answers, modulo the size of a message
	answered  int           // messages of this run
	since     time.Duration // when it began what is under way, without a rate
}

func newClient(l Load, addr netip.AddrPort) (*client, error) {
	p, err := native.Open()
	if err != nil {
		return nil, err
	}
	c := &client{
		Load:     l,
		addr:     addr,
		patience: patience,
		poller:   p,
		socks:    make([]clientSock, l.Conns),
		events:   make([]platform.Event, 256),
		buf:      make([]byte, serving.BufferSize),
		latency:  newLatencies(),
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
	s := &c.socks[i]
	s.handle, s.connected, s.got = h, false, 0
	return c.poller.Add(h, platform.Token(i), platform.Readable|platform.Writable, platform.Edge)
}

// together is how many connections are made at a time, so that no backlog is full.
const together = 128

// connectAll makes the connections from first on, and before last.
func (c *client) connectAll(ctx context.Context, first, last int) error {
	for ; first < last; first += together {
		end := min(first+together, last)
		for i := first; i < end; i++ {
			if err := c.connect(i); err != nil {
				return err
			}
		}
		deadline := time.Now().Add(c.patience)
		for missing := end - first; missing > 0; {
			n, err := c.wait(ctx, deadline)
			if err != nil {
				return err
			}
			if n == 0 && time.Now().After(deadline) {
				return fmt.Errorf("%d connections were not accepted", missing)
			}
			for _, ev := range c.events[:n] {
				s := &c.socks[ev.Token]
				if s.connected {
					continue
				}
				if err := sock.Err(s.handle); err != nil {
					return err
				}
				s.connected = true
				missing--
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
	c.latency.reset()
	c.schedule = schedule{rate: c.Rate, conns: c.Conns}
	c.start, c.length, c.begun = time.Now(), d, 0
	for i := range c.socks {
		c.socks[i].answered = 0
	}
	if c.Rate == 0 {
		for i := range c.socks {
			if err := c.begin(i, 0); err != nil {
				return 0, err
			}
		}
	}
	if err := c.await(ctx); err != nil {
		return 0, err
	}
	return c.begun, nil
}

// once sends a message on each of some connections, and waits for the answers.
func (c *client) once(ctx context.Context, first, last int) error {
	c.start, c.length = time.Now(), 0
	for ; first < last; first += together {
		for i := first; i < min(first+together, last); i++ {
			if err := c.begin(i, time.Since(c.start)); err != nil {
				return err
			}
		}
		if err := c.await(ctx); err != nil {
			return err
		}
	}
	return nil
}

// await sends what is due, and returns when everything has been answered.
func (c *client) await(ctx context.Context) error {
	for last := time.Now(); ; {
		now := time.Since(c.start)
		for c.due(now) {
			if err := c.begin(c.begun%c.Conns, 0); err != nil {
				return err
			}
		}
		next := last.Add(c.patience)
		if more := c.schedule.due(c.begun); c.Rate > 0 && more < c.length {
			next = c.start.Add(more)
		} else if c.flying == 0 {
			return nil
		}
		n, err := c.wait(ctx, next)
		if err != nil {
			return err
		}
		for _, ev := range c.events[:n] {
			if err := c.handle(int(ev.Token)); err != nil {
				return err
			}
		}
		switch now := time.Now(); {
		case n > 0 || c.flying == 0:
			last = now
		case now.After(last.Add(c.patience)):
			return fmt.Errorf("%d answers did not come", c.flying)
		}
	}
}

// due reports whether a load with a rate has to send. What was due before the end
// is sent, however late.
func (c *client) due(now time.Duration) bool {
	if c.Rate == 0 {
		return false
	}
	at := c.schedule.due(c.begun)
	return at <= now && at < c.length
}

// begin sends a message; of a churn, it begins to connect.
func (c *client) begin(i int, now time.Duration) error {
	c.begun++
	c.flying++
	c.socks[i].since = now
	if c.Churn {
		return c.connect(i)
	}
	return c.send(i)
}

func (c *client) send(i int) error {
	n, err := native.Write(c.socks[i].handle, c.buf[:messageSize])
	if err == unix.EAGAIN || err == nil && n != messageSize { //nolint:errorlint // bare, as native.Write promises
		return errors.New("it does not keep up: a connection takes no more messages")
	}
	return err
}

// handle does what an event asks for.
func (c *client) handle(i int) error {
	s := &c.socks[i]
	if s.handle == platform.NoHandle {
		return nil
	}
	if c.Churn && !s.connected {
		if err := sock.Err(s.handle); err != nil {
			return err
		}
		s.connected = true
		return c.send(i)
	}
	n, err := native.Read(s.handle, c.buf)
	switch {
	case err == unix.EAGAIN: //nolint:errorlint // bare, as native.Read promises
		return nil
	case err != nil:
		return err
	case n == 0:
		return errors.New("it has closed a connection")
	}
	s.got += n
	if s.got < messageSize {
		return nil
	}
	return c.answer(i)
}

// answer counts the messages that have been answered, and goes on.
func (c *client) answer(i int) error {
	s := &c.socks[i]
	now := time.Since(c.start)
	for ; s.got >= messageSize; s.got -= messageSize {
		since := s.since
		if c.Rate > 0 {
			since = c.schedule.dueOn(i, s.answered)
		}
		c.latency.add(now - since)
		s.answered++
		c.flying--
	}
	if c.Churn {
		h := s.handle
		s.handle = platform.NoHandle
		if err := c.poller.Delete(h); err != nil {
			return err
		}
		if err := sock.Close(h); err != nil {
			return err
		}
	}
	if c.Rate > 0 || now >= c.length || c.Churn && c.begun >= mostChurned {
		return nil
	}
	return c.begin(i, now)
}
