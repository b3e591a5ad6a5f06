package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
)

// A lot has connections of package net parked.
type lot struct{ *park.Lot[*guest] }

// A guest is one of them. It is told once that it was woken.
type guest struct {
	c    *net.TCPConn
	told chan park.Wake
}

func newLot(g *reactor.Group, t *tally) *lot {
	return &lot{park.NewLot(g, 200*time.Millisecond, func(v *guest, w park.Wake) {
		t.woken.Add(1)
		v.told <- w
	})}
}

func (l *lot) close() error { return l.Close() }

// parkOne parks a connection, and has it woken by an answer, by the idle time or
// not at all.
func parkOne(ctx context.Context, s *shared, random *rand.Rand) error {
	c, err := dial(ctx, s.addr)
	if c == nil {
		return err
	}
	defer func() { _ = c.Close() }()
	v := &guest{c, make(chan park.Wake, 2)}
	spot, err := s.lot.Park(c, v)
	if err != nil {
		return err
	}
	s.parked.Add(1)
	switch random.IntN(3) {
	case 0: // an answer
		if _, err := c.Write([]byte("x")); err != nil {
			return err
		}
		if w := <-v.told; w.Err != nil && !errors.Is(w.Err, park.ErrIdle) {
			return w.Err
		}
	case 1: // it is idle
		if w := <-v.told; !errors.Is(w.Err, park.ErrIdle) {
			return fmt.Errorf("woken by %v", w)
		}
	default:
		if !spot.Cancel() {
			<-v.told
		}
	}
	select {
	case w := <-v.told:
		return fmt.Errorf("woken again, by %v", w)
	default:
		return nil
	}
}
