package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// openAndClose closes a reactor under a server, a client and all who wait.
func openAndClose(ctx context.Context, s *shared, random *rand.Rand) (err error) {
	r, err := reactor.New()
	if err != nil {
		return err
	}
	running := make(chan error, 1)
	go func() { running <- r.Run(context.Background()) }()
	defer func() {
		err = errors.Join(err, r.Close())
		if why := <-running; !errors.Is(why, reactor.ErrShutdown) {
			err = errors.Join(err, why)
		}
	}()
	c, err := netio.Dial(ctx, r, "tcp", s.addr)
	if isOver(err) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	s.reactors.Add(1)
	told := make(chan error, 1)
	go func() { _, err := c.Read(make([]byte, 1)); told <- err }()
	if random.IntN(2) == 0 {
		if err := r.Wake(); err != nil {
			return err
		}
	}
	if err := leave(s.leak); err != nil {
		return err
	}
	if err := r.Close(); err != nil {
		return err
	}
	if err := <-told; !errors.Is(err, reactor.ErrShutdown) {
		return fmt.Errorf("a read in a reactor that was closed: %w", err)
	}
	return nil
}
