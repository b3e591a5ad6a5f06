package main

import (
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// A loop drives a share of the clients on one goroutine. It shows the lower
// floor: a bare poller, no reactor. A client's token is its index.
//
// Clients are added with edges, and for both directions at once. Where the kernel
// has edges it is only asked to wait from then on.
type loop struct {
	poller  platform.Poller
	clients []client
	events  [256]platform.Event
	buf     []byte
	began   time.Time
	heard   int64 // when the last answer came, in ns since began, as all moments
	missing int   // messages without an answer, of all clients
	lost    int   // connections that ended too early
	why     error // what ended the first of them
	latency histogram
	up      *atomic.Int64 // connected clients of all loops
}

const (
	// connecting is how many connections one loop makes at once: few enough for
	// the queue of any listener.
	connecting = 64

	// patience is how long a server may take for what it must do.
	patience = 10 * time.Second
)

func newLoop(clients int, up *atomic.Int64) (*loop, error) {
	p, err := native.Open()
	if err != nil {
		return nil, err
	}
	return &loop{
		poller:  p,
		clients: make([]client, 0, clients),
		buf:     make([]byte, readSize),
		began:   time.Now(),
		up:      up,
	}, nil
}

func (l *loop) now() int64 { return int64(time.Since(l.began)) }

// dial connects all clients. A client counts as connected when the server has
// answered a message: a listener's queue says yes to many that the server then
// never takes.
func (l *loop) dial(addr netip.AddrPort) error {
	up := 0
	l.heard = l.now()
	for up < cap(l.clients) {
		for len(l.clients) < min(cap(l.clients), up+connecting) {
			if err := l.connect(addr); err != nil {
				return err
			}
		}
		err := l.turn(patience, func(*client, int64) {
			up++
			l.up.Add(1)
		})
		switch {
		case err != nil:
			return err
		case l.lost > 0:
			return l.why
		case l.silent():
			return fmt.Errorf("%v took %d connections and then no more: it may have too few descriptors", addr, l.up.Load())
		}
	}
	return nil
}

// connect begins to connect one client, with a first message to send.
func (l *loop) connect(addr netip.AddrPort) error {
	h, err := sock.Connect(addr)
	if err != nil {
		return err
	}
	token := platform.Token(len(l.clients))
	l.clients = append(l.clients, client{handle: h, token: token})
	_ = sock.SetNoDelay(h, true)
	c := &l.clients[token]
	c.post(l.now())
	l.missing++
	return l.poller.Add(h, token, platform.Readable|platform.Writable, platform.Edge)
}

// turn waits for events and does what they allow. It calls next for each client
// that has got answers, with the moment at which it got them.
func (l *loop) turn(timeout time.Duration, next func(c *client, at int64)) error {
	n, err := l.poller.Wait(l.events[:], timeout)
	if err != nil {
		return err
	}
	for _, ev := range l.events[:n] {
		if c := &l.clients[ev.Token]; !c.gone {
			l.advance(c, next)
		}
	}
	return nil
}

// advance writes and reads what a client can.
func (l *loop) advance(c *client, next func(c *client, at int64)) {
	var answered []int64
	err := c.flush()
	if err == nil {
		answered, err = c.receive(l.buf)
	}
	at := l.now()
	for _, due := range answered {
		l.latency.add(time.Duration(at - due))
	}
	if len(answered) > 0 {
		l.missing -= len(answered)
		l.heard = at
	}
	if err == nil {
		err = l.rearm(c)
	}
	switch {
	case err != nil:
		l.drop(c, err)
	case len(answered) > 0:
		next(c, at)
	}
}

// post sends a message that was due at the given moment.
func (l *loop) post(c *client, at int64) {
	c.post(at)
	l.missing++
	err := c.flush()
	if err == nil {
		err = l.rearm(c)
	}
	if err != nil {
		l.drop(c, err)
	}
}

// rearm asks for the next event of what a client waits for now. It costs nothing
// where the kernel has edges.
func (l *loop) rearm(c *client) error {
	var in platform.Interest
	if c.waiting() > 0 {
		in |= platform.Readable
	}
	if c.unsent > 0 {
		in |= platform.Writable
	}
	if in == 0 {
		return nil
	}
	return l.poller.Rearm(c.handle, c.token, in)
}

// pingPong keeps one message of every client under way for d, and then waits for
// the last answers.
func (l *loop) pingPong(d time.Duration) error {
	end := l.now() + int64(d)
	for i := range l.clients {
		if c := &l.clients[i]; !c.gone {
			l.post(c, l.now())
		}
	}
	return l.drain(func(c *client, at int64) {
		if at < end {
			l.post(c, at)
		}
	})
}

// spread sends a message every interval for d, the first after a delay, to one
// client after the other. It does so whether or not the server keeps up: the
// time that a late message waits here counts as latency. Then it waits for the
// last answers.
func (l *loop) spread(delay, interval, d time.Duration) error {
	start := l.now()
	due, end := start+int64(delay), start+int64(d)
	for i := 0; due < end; {
		for now := l.now(); due <= now && due < end; due += int64(interval) {
			for l.lost < len(l.clients) && l.clients[i%len(l.clients)].gone {
				i++
			}
			if l.lost == len(l.clients) {
				return l.why
			}
			l.post(&l.clients[i%len(l.clients)], due)
			i++
		}
		if err := l.turn(max(time.Duration(due-l.now()), 0), func(*client, int64) {}); err != nil {
			return err
		}
	}
	return l.drain(func(*client, int64) {})
}

// drain takes turns until no answer is missing.
func (l *loop) drain(next func(c *client, at int64)) error {
	l.heard = l.now()
	for l.missing > 0 {
		if err := l.turn(patience, next); err != nil {
			return err
		}
		if l.silent() {
			return fmt.Errorf("the server owes %d answers and has sent none for %v", l.missing, patience)
		}
	}
	return nil
}

// silent reports whether the server has answered nothing for too long.
func (l *loop) silent() bool { return l.now()-l.heard >= int64(patience) }

// drop ends a client.
func (l *loop) drop(c *client, why error) {
	if l.lost == 0 {
		l.why = fmt.Errorf("a connection was lost: %w", why)
	}
	l.lost++
	l.missing -= c.waiting()
	c.gone = true
	_ = l.poller.Delete(c.handle)
	_ = sock.Close(c.handle)
}

// close ends everything. Nobody is in the loop any more.
func (l *loop) close() {
	for i := range l.clients {
		if c := &l.clients[i]; !c.gone {
			_ = l.poller.Delete(c.handle)
			_ = sock.Close(c.handle)
		}
	}
	_ = l.poller.Close()
}
