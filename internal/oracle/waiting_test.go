package oracle

import (
	"context"
	"sync/atomic"

	"github.com/rouse-io/rouse/reactor"
)

// A waker is a Waker of a script. It is woken once, for it is parked once.
type waker struct {
	woken chan struct{}
	late  *atomic.Bool // set where it is woken when it must not be
	gone  atomic.Bool  // its registration has ended, and all who waited have been told
}

func newWaker(late *atomic.Bool) *waker {
	return &waker{woken: make(chan struct{}, 1), late: late}
}

// Wake implements reactor.Waker.
func (w *waker) Wake() {
	if w.gone.Load() {
		w.late.Store(true)
	}
	select {
	case w.woken <- struct{}{}:
	default: // woken for nothing, which is allowed
	}
}

// isWoken reports whether it has been woken, once.
func (w *waker) isWoken() bool {
	select {
	case <-w.woken:
		return true
	default:
		return false
	}
}

// A waiter is a goroutine that waits in Readiness.
type waiter struct {
	in        reactor.Interest
	cancel    context.CancelFunc
	cancelled bool
	result    chan outcome
}

// An outcome is what Readiness returned.
type outcome struct {
	ev  reactor.ReadyEvent
	err error
}

// startWaiter waits for in on a goroutine.
func startWaiter(g registration, in reactor.Interest) *waiter {
	ctx, cancel := context.WithCancel(context.Background())
	w := &waiter{in: in, cancel: cancel, result: make(chan outcome, 1)}
	go func() {
		ev, err := g.Readiness(ctx, in)
		w.result <- outcome{ev, err}
	}()
	return w
}
