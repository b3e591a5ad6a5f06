package main

import (
	"errors"
	"os"
	"sync"
	"time"
)

// goroutines is the style with a goroutine for each client: the usual one, in its
// leanest form. The goroutine is not the one that net/http had, whose buffers and
// request it would keep, and it reads into as little as makes sense.
type goroutines struct {
	idle time.Duration
	all  sync.WaitGroup
}

const goroutineReads = 512 // bytes

func (g *goroutines) hold(c *client) {
	g.all.Go(func() {
		defer c.close()
		buf := make([]byte, goroutineReads)
		for {
			deadline := c.until
			if deadline.IsZero() {
				deadline = time.Now().Add(g.idle)
			}
			err := c.read(buf, deadline)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				err = c.silent()
			}
			if err != nil {
				return
			}
		}
	})
}

func (g *goroutines) close() error {
	g.all.Wait()
	return nil
}
