package main

import (
	"context"
	"errors"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// A pollServer is the server in poll style: one goroutine drives the reactor,
// and the reactor calls whoever can go on. Everything below runs on that one
// goroutine, so there are no locks, and one buffer serves all connections.
type pollServer struct {
	reactor  *reactor.Reactor
	acceptor *acceptor
	addr     netip.AddrPort
	scratch  []byte       // what was read and is written at once
	live     atomic.Int64 // connections; atomic because others ask for it
}

// scratchSize is the most that one read takes.
const scratchSize = 64 << 10

func newPollServer(addr string, wait reactor.Option) (*pollServer, error) {
	r, err := reactor.New(wait)
	if err != nil {
		return nil, err
	}
	s := &pollServer{reactor: r, scratch: make([]byte, scratchSize)}
	s.acceptor, s.addr, err = newAcceptor(s, addr)
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	return s, nil
}

// Addr implements server.
func (s *pollServer) Addr() netip.AddrPort { return s.addr }

// Live implements server.
func (s *pollServer) Live() int { return int(s.live.Load()) }

// Serve implements server.
func (s *pollServer) Serve(ctx context.Context) error {
	// The first try only leaves the acceptor's waker with the reactor: nothing
	// is known to be ready before a turn has asked the kernel.
	s.acceptor.Wake()
	err := s.reactor.Run(ctx)
	s.acceptor.close()
	// Close wakes every connection with ErrShutdown, and each closes itself: the
	// server needs no list of them.
	return errors.Join(ended(err), s.reactor.Close())
}

// open begins to serve a connection.
func (s *pollServer) open(h platform.Handle) {
	// Answers go out at once. A connection that refuses has ended already, and
	// says so when it is read.
	_ = sock.SetNoDelay(h, true)
	g, err := s.reactor.RegisterHandle(h, platform.Readable|platform.Writable)
	if err != nil {
		_ = sock.Close(h)
		return
	}
	s.live.Add(1)
	c := &conn{server: s, handle: h, registration: g}
	c.Wake()
}

// An acceptor takes the connections of a listening socket.
type acceptor struct {
	server       *pollServer
	handle       platform.Handle
	registration *reactor.Registration
	backoff      backoff
	retry        *time.Timer // ends a pause
}

func newAcceptor(s *pollServer, addr string) (*acceptor, netip.AddrPort, error) {
	h, bound, err := sock.Listen(addr)
	if err != nil {
		return nil, bound, err
	}
	g, err := s.reactor.RegisterHandle(h, platform.Readable)
	if err != nil {
		_ = sock.Close(h)
		return nil, bound, err
	}
	a := &acceptor{server: s, handle: h, registration: g}
	a.retry = time.AfterFunc(time.Hour, a.resume)
	a.retry.Stop()
	return a, bound, nil
}

// Wake is called when there are connections. It takes them until there are no
// more: what is ready is told once.
func (a *acceptor) Wake() {
	for {
		var h platform.Handle
		err := a.registration.PollReadIO(a, func() (err error) {
			h, err = sock.Accept(a.handle)
			return err
		})
		switch {
		case err == nil:
			a.backoff.reset()
			a.server.open(h)
		case errors.Is(err, reactor.ErrPending):
			return
		case errors.Is(err, reactor.ErrShutdown), errors.Is(err, reactor.ErrDeregistered):
			return
		default:
			// Most likely there are no descriptors or no memory left. The connection
			// stays in the kernel's queue, and as long as it is there nobody needs to
			// be told of it: a timer says when to try again.
			a.retry.Reset(a.backoff.next())
			return
		}
	}
}

// resume ends a pause. It runs on a goroutine of the timer's, where nothing may
// be accepted. So it leaves the acceptor with the reactor and has the kernel say
// again what holds, which wakes it on the loop.
func (a *acceptor) resume() {
	ev, err := a.registration.PollReadReady(a)
	for err == nil {
		a.registration.ClearReadiness(ev)
		ev, err = a.registration.PollReadReady(a)
	}
	_ = a.registration.Reregister(platform.Readable)
}

func (a *acceptor) close() {
	a.retry.Stop()
	// Deregister before Close: the kernel could go on reporting a closed
	// descriptor that has a duplicate somewhere.
	_ = a.registration.Deregister()
	_ = sock.Close(a.handle)
}
