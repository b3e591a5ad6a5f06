package park_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// A racer is a connection that is parked again and again.
type racer struct {
	conn  syscall.Conn
	event func() // makes it readable
	after func() // when all is over, makes it as it was
}

// fakeRacers are on a poller without a kernel, and so quicker.
func fakeRacers(t *testing.T, n int) (*reactor.Reactor, []racer) {
	t.Helper()
	r, p := newFake(t)
	run(t, r)
	all := make([]racer, n)
	for k := range all {
		all[k] = racer{
			conn:  fakeConn(k),
			event: func() { p.post(platform.Handle(k), platform.ReadyReadable) },
			after: func() {},
		}
	}
	return r, all
}

// netRacers are of package net, on the system's poller.
func netRacers(t *testing.T, n int) (*reactor.Reactor, []racer) {
	t.Helper()
	r := start(t)
	all := make([]racer, n)
	for k := range all {
		conn, peer := tcpPair(t)
		all[k] = racer{
			conn:  conn,
			event: func() { write(t, peer, "x") },
			after: func() { read(t, conn, "x") },
		}
	}
	return r, all
}

// Connections are woken, cancelled and idle for too long at the same time, and
// everything is closed meanwhile: each Park has one outcome.
func TestRaces(t *testing.T) {
	rounds := 1000
	if testing.Short() {
		rounds = 100
	}
	for name, racers := range map[string]func(*testing.T, int) (*reactor.Reactor, []racer){
		"fake": fakeRacers,
		"net":  netRacers,
	} {
		for _, idle := range []time.Duration{time.Microsecond, 50 * time.Microsecond, 0} {
			t.Run(fmt.Sprintf("%s/idle=%v", name, idle), func(t *testing.T) {
				race(t, racers, idle, rounds, nil)
				for range rounds / 50 {
					race(t, racers, idle, 5, func(l *park.Lot[int], _ *reactor.Reactor) error { return l.Close() })
					race(t, racers, idle, 5, func(_ *park.Lot[int], r *reactor.Reactor) error { return r.Close() })
				}
			})
		}
	}
}

// race parks each of some connections by the number. Meanwhile end is called, if
// it is not nil.
func race(t *testing.T, begin func(*testing.T, int) (*reactor.Reactor, []racer), idle time.Duration, rounds int,
	end func(*park.Lot[int], *reactor.Reactor) error,
) {
	t.Helper()
	r, racers := begin(t, 4)
	outcomes := make([]atomic.Int32, len(racers)*rounds)
	told := make([]chan struct{}, len(racers))
	for k := range told {
		told[k] = make(chan struct{}, 2)
	}
	count := func(i int) {
		outcomes[i].Add(1)
		told[i/rounds] <- struct{}{}
	}
	lot := park.NewLot(r, idle, func(i int, w park.Wake) {
		switch w.Err {
		case nil:
			if !w.Ready.IsReadable() || w.Ready.IsReadClosed() {
				t.Errorf("woken by %v", w)
			}
		case park.ErrIdle:
			if idle == 0 {
				t.Errorf("woken by %v", w)
			}
		case park.ErrClosed, reactor.ErrShutdown:
			if end == nil {
				t.Errorf("woken by %v", w)
			}
		default:
			t.Errorf("woken by %v", w)
		}
		count(i)
	})
	var all sync.WaitGroup
	for k, c := range racers {
		all.Go(func() {
			for i := k * rounds; i < (k+1)*rounds; i++ {
				spot, err := lot.Park(c.conn, i)
				if err != nil {
					if end == nil || err != park.ErrClosed && err != reactor.ErrShutdown {
						t.Error(err)
					}
					outcomes[i].Add(1)
					continue
				}
				var others sync.WaitGroup
				others.Go(c.event)
				if i%2 == 0 {
					others.Go(func() {
						if spot.Cancel() {
							count(i)
						}
					})
				}
				others.Wait()
				<-told[k]
				c.after()
			}
		})
	}
	if end != nil {
		all.Go(func() {
			if err := end(lot, r); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range outcomes {
		if n := outcomes[i].Load(); n != 1 {
			t.Errorf("%d has %d outcomes", i, n)
		}
	}
	if live := r.Stats().Live; lot.Len() != 0 || live != 0 {
		t.Errorf("%d are parked, %d registered", lot.Len(), live)
	}
}
