// Echo is a TCP echo server on rouse's reactor, in three styles, with a load
// generator and a comparison. It is meant to be read:
//
//   - poll.go and conn.go are the server in poll style, with no goroutine for a
//     connection: start there.
//   - goroutine.go is the same on the same reactor with a goroutine for each
//     connection, std.go is the same on package net, and parked.go parks package
//     net's connections on a reactor while they are idle.
//   - loop.go is a client on the lower floor, package platform.
//
// Serve, load a server, or compare the styles:
//
//	go run ./examples/echo -listen 127.0.0.1:7000
//	go run ./examples/echo -load 127.0.0.1:7000 -connections 1000 -duration 5s
//	go run ./examples/echo -demo
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	listen  string // the three modes
	load    string
	demo    bool
	style   string
	wait    string
	control bool

	connections int
	rate        int
	duration    time.Duration
	rounds      int
	threads     int
	compare     string
}

// usage is what -help says before it lists the flags.
const usage = `echo: a TCP echo server on rouse. One of:
  echo -listen 127.0.0.1:7000 [-style poll|goroutine|std|parked] [-wait park|block|spin]
  echo -load 127.0.0.1:7000 [-connections N] [-rate R] [-duration D]
  echo -demo [-connections N] [-rounds N] [-duration D] [-compare poll,std,parked]

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is main, and returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	o, err := parse(args, errOut)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	switch {
	case o.demo:
		err = demo(ctx, o, out, errOut)
	case o.load != "":
		err = loadServer(ctx, o, out)
	default:
		err = serve(ctx, o, in, out)
	}
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "echo:", explain(err))
		return 1
	}
	return 0
}

// parse reads the command line. What is wrong with it has been told on errOut.
func parse(args []string, errOut io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("echo", flag.ContinueOnError)
	f.SetOutput(errOut)
	f.Usage = func() {
		_, _ = io.WriteString(errOut, usage)
		f.PrintDefaults()
	}
	f.StringVar(&o.listen, "listen", "", "serve on `host:port`; port 0 takes a free one")
	f.StringVar(&o.load, "load", "", "load the server at `host:port`")
	f.BoolVar(&o.demo, "demo", false, "compare the styles in one run, each in a process of its own")
	f.StringVar(&o.style, "style", "poll", "`how` to serve: poll, goroutine, std or parked")
	f.StringVar(&o.wait, "wait", "park", "`how` the reactor waits: park, block or spin")
	f.BoolVar(&o.control, "control", false, "serve, and answer for the process's use of CPU and memory on the standard input; its end ends the server")
	f.IntVar(&o.connections, "connections", 0, "`number` of clients; 0 is as many as the descriptor limit allows, at most 8,000, and 1,000 where that is not known")
	f.IntVar(&o.rate, "rate", 0, "messages per second, over all clients; 0 is as fast as the answers come")
	f.DurationVar(&o.duration, "duration", 1500*time.Millisecond, "how long to measure")
	f.IntVar(&o.rounds, "rounds", 3, "`number` of times that -demo measures each style")
	f.IntVar(&o.threads, "threads", 0, "`number` of threads that drive the clients; 0 is half of the CPUs, at most 4")
	f.StringVar(&o.compare, "compare", "poll,std,parked", "the `styles` that -demo compares")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if err := o.check(f.NArg()); err != nil {
		_, _ = fmt.Fprintln(errOut, "echo:", err)
		return o, err
	}
	return o, nil
}

// check says what is wrong with the command line.
func (o *options) check(arguments int) error {
	modes := 0
	for _, on := range []bool{o.listen != "", o.load != "", o.demo} {
		if on {
			modes++
		}
	}
	switch {
	case modes != 1 || arguments > 0:
		return errors.New("want one of -listen, -load and -demo, and flags alone: see echo -help")
	case o.connections < 0 || o.rate < 0 || o.rounds < 1 || o.threads < 0:
		return errors.New("-connections, -rate and -threads can't be below 0, nor -rounds below 1")
	case o.connections > ports:
		return fmt.Errorf("-connections is at most %d: each takes a port", ports)
	case o.duration < 0 || o.duration > time.Hour:
		return errors.New("-duration is from 0 to an hour")
	}
	return nil
}

// serve runs a server until ctx ends.
func serve(ctx context.Context, o options, in io.Reader, out io.Writer) error {
	if err := checkLimit(); err != nil {
		return err
	}
	s, err := newServer(o.style, o.wait, o.listen)
	if err != nil {
		return err
	}
	if o.control {
		var stop context.CancelFunc
		ctx, stop = context.WithCancel(ctx)
		go func() {
			control(s, in, out)
			stop()
		}()
	} else {
		_, _ = fmt.Fprintf(out, "listening on %v\n", s.Addr())
	}
	return s.Serve(ctx)
}
