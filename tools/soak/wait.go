package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// wait has goroutines wait on a connection of package net, of which nothing
// comes, until their contexts are cancelled or the registration ends.
func wait(ctx context.Context, s *shared, random *rand.Rand) error {
	c, err := dial(ctx, s.addr)
	if c == nil {
		return err
	}
	defer func() { _ = c.Close() }()
	g, err := s.group.Register(c, reactor.Readable|reactor.Writable)
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, time.Duration(random.IntN(3000))*time.Microsecond)
	defer cancel()
	if random.IntN(2) == 0 {
		cancel() // before, or after a moment
	}
	var waiting sync.WaitGroup
	told := make(chan error, 8)
	for range 1 + random.IntN(cap(told)) {
		waiting.Go(func() { _, err := g.Readiness(within, reactor.Readable); told <- err })
	}
	if random.IntN(3) == 0 {
		if err := g.Deregister(); err != nil {
			return err
		}
	}
	waiting.Wait()
	close(told)
	for err := range told {
		switch {
		case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
			s.cancelled.Add(1)
		case errors.Is(err, reactor.ErrDeregistered):
		default:
			return fmt.Errorf("a wait for nothing: %w", err)
		}
	}
	if s.leak == "registration" {
		keep(g)
		return nil
	}
	if err := g.Deregister(); err != nil && !errors.Is(err, reactor.ErrDeregistered) {
		return err
	}
	return nil
}

// dial connects by package net. It returns nil and nil when ctx ends.
func dial(ctx context.Context, addr string) (*net.TCPConn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	switch {
	case isOver(err):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return c.(*net.TCPConn), nil
}

// isOver reports whether a dial was given up because its context has ended.
func isOver(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
}
