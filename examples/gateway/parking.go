package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
)

// parking is the style without a goroutine for each client: an idle one is parked
// on a reactor. When it says something, a goroutine reads that, and parks it again.
type parking struct {
	reactor *reactor.Reactor
	driven  sync.WaitGroup
	err     error // of what drove the reactor; after driven
	woken   *relay[wake]
	buffers sync.Pool

	// In a lot all have the same time. Who has begun something has less.
	idle, hurried *park.Lot[*client]
}

// A wake is a client that is not parked any more, and why.
type wake struct {
	client *client
	err    error
}

// parkedReads is how much is read at once, in bytes. There are as many buffers as
// clients that are read at the same time.
const parkedReads = 4 << 10

func newParking(t times) (*parking, error) {
	r, err := reactor.New()
	if err != nil {
		return nil, err
	}
	p := &parking{reactor: r}
	p.buffers.New = func() any { return new([parkedReads]byte) }
	p.woken = newRelay(p.serve)
	// The wake runs on the goroutine that drives the reactor, and must not block.
	wakeUp := func(c *client, w park.Wake) { p.woken.add(wake{c, w.Err}) }
	p.idle = park.NewLot(r, t.idle, wakeUp)
	p.hurried = park.NewLot(r, t.patience, wakeUp)
	p.driven.Go(func() { p.err = r.Run(context.Background()) })
	return p, nil
}

func (p *parking) hold(c *client) {
	lot := p.idle
	if !c.until.IsZero() {
		lot = p.hurried
	}
	if c.park(lot) != nil {
		c.close()
	}
}

// serve sees to a client that has woken.
func (p *parking) serve(w wake) {
	err := w.err
	switch {
	case err == nil:
		err = p.read(w.client)
	case errors.Is(err, park.ErrIdle):
		err = w.client.silent()
	}
	if err != nil {
		w.client.close()
		return
	}
	p.hold(w.client)
}

// read reads once, which does not wait: there is something to read. What it
// leaves, and the rest of what has come in part, wakes the client again.
func (p *parking) read(c *client) error {
	buf := p.buffers.Get().(*[parkedReads]byte)
	defer p.buffers.Put(buf)
	err := c.read(buf[:], time.Now().Add(time.Second))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil // readiness is a hint
	}
	return err
}

// close finds nobody parked. A wake that is late finds its client closed.
func (p *parking) close() error {
	err := errors.Join(p.idle.Close(), p.hurried.Close(), p.reactor.Close())
	p.driven.Wait()
	p.woken.close()
	if errors.Is(p.err, reactor.ErrShutdown) {
		return err
	}
	return errors.Join(err, p.err)
}
