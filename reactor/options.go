package reactor

import (
	"time"

	"github.com/rouse-io/rouse/platform"
)

// An Option changes what [New] makes.
type Option func(*config)

type config struct {
	poller   platform.Poller
	blocking bool
	spin     time.Duration
	budget   int
	trace    Trace
}

// configure applies options to what is so without them.
func configure(opts []Option) config {
	c := config{budget: defaultBudget}
	for _, opt := range opts {
		if opt != nil {
			opt(&c)
		}
	}
	return c
}

// defaultBudget is tokio's: large enough that the check is lost in the cost of
// the operations, small enough that a turn stays short.
const defaultBudget = 128

// WithBlockingWait makes the loop wait in the kernel with an OS thread of its
// own: it probes, lets other goroutines run, probes again and then blocks. It
// is what a program wants that computes on every core, because the Go runtime
// looks at its own poller only every 10 ms there; everywhere else it costs more
// CPU than the default. It is what systems do where the default can't be had.
//
// The default on Linux is to park the goroutine in the runtime's poller.
func WithBlockingWait() Option { return func(c *config) { c.blocking = true } }

// WithSpin makes the loop probe for up to d before it waits. That answers a
// ping-pong in a third of the time, for a multiple of the CPU.
func WithSpin(d time.Duration) Option { return func(c *config) { c.spin = d } }

// WithBudget sets how many operations one registration may do in one turn
// before the others get theirs: 128 if it is not set, and no limit if n is 0 or
// less.
func WithBudget(n int) Option { return func(c *config) { c.budget = n } }

// WithTrace calls hooks on what the reactor does.
func WithTrace(t *Trace) Option {
	return func(c *config) {
		if t != nil {
			c.trace = *t
		}
	}
}

// WithPoller makes the reactor use p in place of the system's own poller. The
// reactor owns it from then on, and closes it.
func WithPoller(p platform.Poller) Option { return func(c *config) { c.poller = p } }
