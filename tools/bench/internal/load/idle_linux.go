package load

import (
	"context"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/child"
)

// An Idle is what connections cost that do nothing any more.
type Idle struct {
	CPU       float64 // processors
	Resident  float64 // bytes for a connection
	Collected float64 // the same, after the server was asked to give back what it does not need
}

// An Idleness is connections that send one message each, and then nothing.
type Idleness struct {
	First  int           // connections with which the CPU is measured
	More   int           // those whose memory is, so that what is made once does not count
	Settle time.Duration // what a server has to see that they are idle
	For    time.Duration // how long the CPU is measured
}

// RunIdle starts a server, and leaves connections alone with it.
func RunIdle(ctx context.Context, command []string, l Idleness) (r Idle, err error) {
	all := l.First + l.More
	err = visit(ctx, command, Load{Conns: all}, func(server *child.Child, c *client) error {
		if err := c.idle(ctx, 0, l.First, l.Settle); err != nil {
			return err
		}
		cpu, err := server.CPU()
		if err != nil {
			return err
		}
		if err := pause(ctx, l.For); err != nil {
			return err
		}
		after, err := server.CPU()
		if err != nil {
			return err
		}
		r.CPU = float64(after-cpu) / float64(l.For)
		resident, collected, err := memory(server)
		if err != nil {
			return err
		}
		if err := c.idle(ctx, l.First, all, l.Settle); err != nil {
			return err
		}
		resident2, collected2, err := memory(server)
		r.Resident = float64(resident2-resident) / float64(l.More)
		r.Collected = float64(collected2-collected) / float64(l.More)
		return err
	})
	return r, err
}

// idle makes connections, and leaves them alone when each has sent a message.
func (c *client) idle(ctx context.Context, first, last int, settle time.Duration) error {
	if err := c.connectAll(ctx, first, last); err != nil {
		return err
	}
	if err := c.once(ctx, first, last); err != nil {
		return err
	}
	return pause(ctx, settle)
}

// memory is what is resident of a server, before and after a collection.
func memory(server *child.Child) (resident, collected int64, err error) {
	if resident, err = server.Resident(); err != nil {
		return 0, 0, err
	}
	if err := server.Collect(); err != nil {
		return 0, 0, err
	}
	collected, err = server.Resident()
	return resident, collected, err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
