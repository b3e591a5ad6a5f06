//go:build interleave

package reactor

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
)

// The tests whose names begin with TestInterleave run small scenarios in every
// order that makes a difference, on the reactor itself over a model of a kernel:
//
//	go test -tags interleave -run Interleave -v ./reactor
//
// Each is explored twice: in all orders, reduced, and without reduction in those
// with few preemptions. What is too large for that is said to be bounded.
var (
	executions = flag.Int("interleave.executions", 20_000, "how many executions of a scenario are too many")
	schedule   = flag.String("interleave.replay", "", "run the orders of this schedule alone")
)

// tally is what all scenarios together have come to.
var tally struct{ scenarios, complete, executions, pruned int }

func TestMain(m *testing.M) {
	m.Run()
	if t := &tally; t.scenarios > 0 {
		fmt.Printf("interleave: %d scenarios, %d of them in all orders, %d up to a bound; %d executions, %d more cut short\n",
			t.scenarios, t.complete, t.scenarios-t.complete, t.executions, t.pruned)
	}
}

// explore runs a scenario in every order.
func explore(t *testing.T, scenario func(*interleave.Model)) {
	t.Helper()
	if *schedule != "" {
		failure, err := interleave.Replay(*schedule, scenario)
		if err != nil {
			t.Fatal(err)
		}
		if failure != nil {
			t.Fatal(failure)
		}
		return
	}
	once := func(preemptions, limit int) interleave.Result {
		r := interleave.Explore(interleave.Options{Preemptions: preemptions, Executions: limit}, scenario)
		tally.executions += r.Executions
		tally.pruned += r.Pruned
		if r.Failure != nil {
			t.Fatalf("%v\ngo test -tags interleave -run '^%s$' ./reactor -interleave.replay %s", r.Failure, t.Name(), r.Failure.Schedule)
		}
		return r
	}
	tally.scenarios++
	whole := once(interleave.Unbounded, *executions)
	bound, plain, before := -1, 0, 0
	for plain < *executions {
		r := once(bound+1, *executions-plain)
		plain += r.Executions
		if !r.Complete || r.Executions == before {
			break // too many, or no bound any more
		}
		bound, before = bound+1, r.Executions
	}
	extent := "complete"
	if whole.Complete {
		tally.complete++
	} else {
		extent = fmt.Sprintf("bounded at %d preemptions", bound)
	}
	t.Logf("%s: %d executions reduced, %d within %d preemptions; up to %d steps", extent, whole.Executions, plain, bound, whole.Steps)
}

// A world is a reactor in a scenario, and what is around it.
type world struct {
	*interleave.Model
	r *Reactor
	k *kernel
}

// newWorld makes a reactor that parks in a model of a kernel.
func newWorld(m *interleave.Model, opts ...Option) *world {
	k := newKernel()
	r, err := New(append([]Option{WithPoller(k)}, opts...)...)
	if err != nil {
		panic(err)
	}
	// No collection is waited for: what comes of one has no place in an order.
	r.nursery.watch = true
	return &world{m, r, k}
}

func (w *world) register(h Handle, in Interest) *Registration {
	g, err := w.r.RegisterHandle(h, in)
	if err != nil {
		w.Errorf("register %d: %v", h, err)
	}
	return g
}

// loop drives the reactor until it is closed.
func (w *world) loop() *interleave.Thread {
	return w.Daemon("loop", func() {
		for {
			if _, err := w.r.Turn(-1); err != nil {
				if err != ErrShutdown {
					w.Errorf("turn: %v", err)
				}
				return
			}
		}
	})
}

// want says that an error is not the one that must come.
func (w *world) want(err, want error, what string) {
	if err != want {
		w.Errorf("%s: %v, want %v", what, err, want)
	}
}

// A bell is a Waker that a thread can wait for. Many wakes before that are one.
type bell struct {
	object interleave.Object
	rung   bool
	rings  int
}

func (b *bell) Wake() {
	interleave.Do("ring", func() {
		b.rung = true
		b.rings++
	}, &b.object)
}

func (b *bell) wait() {
	interleave.Await("wait for the bell", func() bool { return b.rung }, func() { b.rung = false }, &b.object)
}

// Forever is a context that never ends.
var forever context.Context

// An ending is a context that a scenario ends.
type ending struct {
	context.Context
	done  chan struct{} // or nil: whoever waits must be interrupted
	ended interleave.Bool
}

func newEnding() *ending {
	return &ending{Context: context.Background(), done: make(chan struct{})}
}

func (e *ending) Done() <-chan struct{} { return e.done }

func (e *ending) Err() error {
	if e.ended.Load() {
		return context.Canceled
	}
	return nil
}

func (e *ending) cancel() {
	e.ended.Store(true)
	if e.done != nil {
		interleave.Close(e.done)
	}
}
