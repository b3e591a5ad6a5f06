package oracle

import (
	"context"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// A driver is what a script needs of a reactor: the reactor itself, or one that
// is broken on purpose.
type driver interface {
	RegisterHandle(h reactor.Handle, in reactor.Interest) (registration, error)
	Run(ctx context.Context) error
	Turn(timeout time.Duration) (int, error)
	Wake() error
	Close() error
	Stats() reactor.Stats
}

// A registration is what a script needs of a *reactor.Registration.
type registration interface {
	PollReadReady(w reactor.Waker) (reactor.ReadyEvent, error)
	PollWriteReady(w reactor.Waker) (reactor.ReadyEvent, error)
	PollIO(d reactor.Direction, w reactor.Waker, op func() error) error
	TryIO(in reactor.Interest, op func() error) error
	Readiness(ctx context.Context, in reactor.Interest) (reactor.ReadyEvent, error)
	ClearReadiness(ev reactor.ReadyEvent)
	Reregister(in reactor.Interest) error
	Deregister() error
}

// sound is the reactor as it is.
type sound struct{ *reactor.Reactor }

func (s sound) RegisterHandle(h reactor.Handle, in reactor.Interest) (registration, error) {
	g, err := s.Reactor.RegisterHandle(h, in)
	if err != nil {
		return nil, err
	}
	return g, nil
}

// A plan is how scripts are played, and counts what they did.
type plan struct {
	open func(opts ...reactor.Option) (driver, error)

	// patience is how long to wait for what must come. Only a bug meets it.
	patience time.Duration

	*counts
}

// counts say what was done.
type counts struct {
	scripts  int
	steps    int
	compared int // directions that would not block, of which the reactor knew
	told     int // wakers and goroutines that waited, and were told
	audited  int // directions that the reactor called closed, and were
}

func newPlan(open func(opts ...reactor.Option) (driver, error), patience time.Duration) plan {
	return plan{open, patience, new(counts)}
}

// openSound opens the reactor as it is.
func openSound(opts ...reactor.Option) (driver, error) {
	r, err := reactor.New(opts...)
	if err != nil {
		return nil, err
	}
	return sound{r}, nil
}
