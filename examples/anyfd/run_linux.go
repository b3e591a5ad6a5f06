package main

import (
	"context"
	"errors"
	"io"
	"log"
	"time"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// patience is how long everything may take.
const patience = 10 * time.Second

// run waits for everything and tells out what happens.
func run(out io.Writer) error {
	if err := blockSignal(); err != nil {
		return err
	}
	r, err := reactor.New()
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()

	say := log.New(out, "", 0) // its lines are whole, whoever writes them
	watchers := []func(context.Context, *reactor.Reactor, *log.Logger) error{
		watchTimer, watchDirectory, watchChild, watchSignal,
	}
	errs := make(chan error)
	for _, watch := range watchers {
		go func() { errs <- watch(ctx, r, say) }()
	}
	// When the last one has ended, nothing is left to drive.
	all := make(chan error)
	go func() {
		var failed error
		for range watchers {
			failed = errors.Join(failed, <-errs)
		}
		stop()
		all <- failed
	}()
	if err := r.Run(ctx); !errors.Is(err, context.Canceled) {
		stop()
		return errors.Join(err, <-all, r.Close())
	}
	return errors.Join(<-all, r.Close())
}

// read waits until there is something and reads it. That is all there is to it,
// whatever the descriptor is.
func read(ctx context.Context, g *reactor.Registration, p []byte) (n int, err error) {
	err = g.AsyncIO(ctx, reactor.Readable, func() (err error) {
		n, err = native.Read(g.Handle(), p)
		return err
	})
	return n, err
}
