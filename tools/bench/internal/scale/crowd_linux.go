package scale

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/child"
)

// A crowd is processes of one server, and processes that hold connections to them:
// more than one where a process may not have so many descriptors.
type crowd struct {
	servers []*child.Child
	holders []*holder // as many for each server
}

// leastHolders is how many processes hold connections at least.
const leastHolders = 4

// gather starts servers, and the processes that will hold their connections, each
// from addresses of its own.
func gather(ctx context.Context, t *tools, command []string, servers int) (c crowd, err error) {
	defer func() {
		if err != nil {
			c.stop()
		}
	}()
	each := (leastHolders + servers - 1) / servers
	for range servers {
		s, err := child.Start(ctx, command)
		if err != nil {
			return c, err
		}
		c.servers = append(c.servers, s)
		for range each {
			source := fmt.Sprintf("127.%d.0.1", 1+len(c.holders))
			h, err := startHolder(ctx, t.part("hold", s.Addr, source))
			if err != nil {
				return c, err
			}
			c.holders = append(c.holders, h)
		}
	}
	return c, nil
}

// reach has all of them make connections at once, until they have n. It returns how
// many they have and, if these are fewer, why.
func (c crowd) reach(n int) (held int, why string, err error) {
	type result struct {
		held int
		why  string
		err  error
	}
	results := make(chan result, len(c.holders))
	for i, h := range c.holders {
		go func() {
			var r result
			r.held, r.why, r.err = h.reach(n*(i+1)/len(c.holders) - n*i/len(c.holders))
			results <- r
		}()
	}
	for range c.holders {
		r := <-results
		held += r.held
		err = errors.Join(err, r.err)
		if r.why != "" {
			why = r.why
		}
	}
	return held, why, err
}

// stop ends all of them: first those whose sockets are reset.
func (c crowd) stop() {
	for _, h := range c.holders {
		_ = h.in.Close() // all at once
	}
	for _, h := range c.holders {
		h.stop()
	}
	for _, s := range c.servers {
		s.Stop()
	}
}

// settle is how long servers have to see that a connection is idle: the parked one
// waits for a quarter of a second.
const settle = time.Second

// A stock is what is in use.
type stock struct {
	resident, collected int64 // of the servers
	kernel              kernel
}

// takeStock waits until the servers have seen that their connections are idle, and
// reads what is in use.
func (c crowd) takeStock(ctx context.Context) (s stock, err error) {
	select {
	case <-ctx.Done():
		return s, ctx.Err()
	case <-time.After(settle):
	}
	for _, server := range c.servers {
		resident, err := server.Resident()
		if err != nil {
			return s, err
		}
		if err := server.Collect(); err != nil {
			return s, err
		}
		collected, err := server.Resident()
		if err != nil {
			return s, err
		}
		s.resident += resident
		s.collected += collected
	}
	s.kernel, err = readKernel()
	return s, err
}
