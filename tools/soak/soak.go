package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/rouse-io/rouse/reactor"
)

// A worker does one kind of work until the context ends. What fails by design is
// no error.
type worker func(ctx context.Context, s *shared, random *rand.Rand) error

// workers are the kinds of work, with how many of each there are for one client.
var workers = []struct {
	name string
	per  int // one for so many clients
	work worker
}{
	{"talk", 1, talk},
	{"wait", 2, wait},
	{"park", 2, parkOne},
	{"reactor", 50, openAndClose},
}

// shared is what all workers use.
type shared struct {
	*tally

	group *reactor.Group
	addr  string // of the server
	lot   *lot
	leak  string
}

// soak works for a while, and ends all of it.
func soak(ctx context.Context, o options, t *tally) (err error) {
	g, err := reactor.NewGroup(0)
	if err != nil {
		return err
	}
	running := make(chan error, 1)
	go func() { running <- g.Run(context.Background()) }()

	s := &shared{tally: t, group: g, leak: o.leak}
	server, err := serve(s)
	if err != nil {
		return errors.Join(err, g.Close(), <-running)
	}
	s.addr = server.addr()
	s.lot = newLot(g, t)

	ctx, cancel := context.WithTimeout(ctx, o.duration)
	defer cancel()
	var all sync.WaitGroup
	failures := make(chan error, 1)
	for k, kind := range workers {
		for i := range max(o.conns/kind.per, 1) {
			random := rand.New(rand.NewPCG(o.seed, uint64(k)<<32|uint64(i)))
			all.Go(func() {
				for ctx.Err() == nil {
					if err := kind.work(ctx, s, random); err != nil {
						select {
						case failures <- fmt.Errorf("%s: %w", kind.name, err):
							cancel()
						default: // the first is told
						}
						return
					}
				}
			})
		}
	}
	all.Wait()
	err = errors.Join(s.lot.close(), server.close())
	if stats := g.Stats(); stats.Live != 0 {
		err = errors.Join(err, fmt.Errorf("%d registrations are left", stats.Live))
	}
	err = errors.Join(err, g.Close())
	if why := <-running; !errors.Is(why, reactor.ErrShutdown) {
		err = errors.Join(err, why)
	}
	select {
	case failure := <-failures:
		err = errors.Join(failure, err)
	default:
	}
	return err
}
