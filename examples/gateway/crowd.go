package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/gobwas/ws"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
)

// A crowd is many clients of a gateway. They are parked, too, in the form for who
// drives a loop of his own: one goroutine reads whoever has woken.
type crowd struct {
	reactor *reactor.Reactor
	queue   *park.Queue[*member]
	looping sync.WaitGroup

	mu      sync.Mutex
	members []*member     // guarded by mu
	wanted  ws.OpCode     // what everybody is waiting for; guarded by mu
	round   int           // of waiting; guarded by mu
	missing int           // members that have not got it; guarded by mu
	done    chan struct{} // missing has become 0; guarded by mu
	ended   chan struct{} // the loop has
	err     error         // why; after ended
}

// patience is how long a crowd waits for a gateway.
const patience = 30 * time.Second

// dialers is how many connections are made at the same time.
const dialers = 16

// newCrowd connects n clients to the gateway at addr. Close it, unless there is
// an error.
func newCrowd(ctx context.Context, addr string, n int) (*crowd, error) {
	r, err := reactor.New()
	if err != nil {
		return nil, err
	}
	c := &crowd{reactor: r, queue: park.NewQueue[*member](r, 0), ended: make(chan struct{})}
	c.looping.Go(func() {
		c.err = c.loop()
		close(c.ended)
	})
	if err := c.dial(ctx, addr, n); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// dial connects n members. The first error ends it.
func (c *crowd) dial(ctx context.Context, addr string, n int) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	due := make(chan struct{})
	var all sync.WaitGroup
	for range min(n, dialers) {
		all.Go(func() {
			for range due {
				if err := c.join(ctx, addr); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := 0; i < n && ctx.Err() == nil; i++ {
		due <- struct{}{}
	}
	close(due)
	all.Wait()
	return context.Cause(ctx)
}

// join connects a member, and parks it.
func (c *crowd) join(ctx context.Context, addr string) error {
	m, err := dialMember(ctx, addr)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.members = append(c.members, m)
	c.mu.Unlock()
	if err := m.early(c.got); err != nil {
		return err
	}
	_, err = c.queue.Park(m.conn, m)
	return err
}

// loop reads members until the crowd is closed, or one of them is lost.
func (c *crowd) loop() error {
	for m, w := range c.queue.Woken(context.Background()) {
		err := w.Err
		if err == nil {
			err = m.read(c.got)
		}
		if err == nil {
			_, err = c.queue.Park(m.conn, m)
		}
		if err != nil {
			return fmt.Errorf("a client was lost: %w", err)
		}
	}
	return c.queue.Err()
}

// got is told of every frame.
func (c *crowd) got(m *member, op ws.OpCode) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if op != c.wanted || m.round == c.round || c.missing == 0 {
		return
	}
	m.round = c.round
	c.missing--
	if c.missing == 0 {
		close(c.done)
	}
}

// everybody returns when each member has got such a frame. Before it waits it
// calls begin, which may be nil, with each.
func (c *crowd) everybody(ctx context.Context, op ws.OpCode, begin func(*member) error) error {
	c.mu.Lock()
	c.wanted, c.missing, c.done = op, len(c.members), make(chan struct{})
	c.round++
	members, done := c.members, c.done
	c.mu.Unlock()
	if begin != nil {
		for _, m := range members {
			if err := begin(m); err != nil {
				return err
			}
		}
	}
	select {
	case <-done:
		return nil
	case <-c.ended:
		return c.err
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Errorf("%d of %d clients have not got what they were to get: %w", c.missing, len(c.members), ctx.Err())
	case <-time.After(patience):
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Errorf("%d of %d clients have not got what they were to get", c.missing, len(c.members))
	}
}

// hear returns when everybody has got a broadcast.
func (c *crowd) hear(ctx context.Context) error { return c.everybody(ctx, ws.OpText, nil) }

// ping returns when everybody has sent a ping and got an answer.
func (c *crowd) ping(ctx context.Context) error {
	return c.everybody(ctx, ws.OpPong, (*member).ping)
}

// close closes all connections.
func (c *crowd) close() {
	_ = c.reactor.Close() // ends the loop
	c.looping.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.members {
		_ = m.conn.Close()
	}
}

// runCrowd is the process that the demonstration has its clients in. It answers
// questions until in ends.
func runCrowd(ctx context.Context, o options, in io.Reader, out io.Writer) error {
	c, err := newCrowd(ctx, o.crowd, o.clients)
	if err != nil {
		return err
	}
	defer c.close()
	return control(in, out, func(question string) (any, error) {
		switch question {
		case askHear:
			return nil, c.hear(ctx)
		case askPing:
			return nil, c.ping(ctx)
		}
		return nil, fmt.Errorf("%q: %w", question, errors.ErrUnsupported)
	})
}
