// Soak lets a group of reactors work for a while, with everything that wears a
// server out, and then looks whether all is as it was before:
//
//	go run ./tools/soak [-for 60s] [-conns 2000] [-seed 1]
//
// Connections come and go, are reset and half-closed; each message that is sent
// comes back, or its failure is told. Contexts are cancelled, connections of
// package net are parked, woken and forgotten, and reactors are opened and closed.
// In the end goroutines, descriptors, registrations and heap are back where they
// began, or it ends with 1.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"time"
)

// options are the command line.
type options struct {
	duration time.Duration
	conns    int
	seed     uint64
	leak     string // what to leave behind on purpose: a test of the checks
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	o := options{}
	flag.DurationVar(&o.duration, "for", time.Minute, "how long")
	flag.IntVar(&o.conns, "conns", 2000, "`number` of clients, and half as many of each other kind, as far as descriptors go")
	flag.Uint64Var(&o.seed, "seed", rand.Uint64(), "where the random numbers begin")
	flag.Parse()
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// run soaks, and says what was done.
func run(ctx context.Context, o options, out io.Writer) error {
	if o.conns < 1 || o.duration <= 0 {
		return fmt.Errorf("%d clients for %v: nothing to do", o.conns, o.duration)
	}
	if most := mostClients(); o.conns > most {
		if _, err := fmt.Fprintf(out, "%d clients, not %d: more descriptors there can't be\n", most, o.conns); err != nil {
			return err
		}
		o.conns = most
	}
	// What is made once, for the first of all, is no leak.
	if err := soak(ctx, options{duration: o.duration / 20, conns: o.conns, seed: o.seed}, new(tally)); err != nil {
		return fmt.Errorf("seed %d: %w", o.seed, err)
	}
	before := take()
	var t tally
	if err := soak(ctx, o, &t); err != nil {
		return fmt.Errorf("seed %d: %w", o.seed, err)
	}
	if _, err := fmt.Fprintln(out, t.String()); err != nil {
		return err
	}
	if err := before.compare(); err != nil {
		return fmt.Errorf("seed %d: %w", o.seed, err)
	}
	return nil
}
