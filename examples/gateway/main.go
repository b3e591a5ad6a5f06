// Gateway is a WebSocket gateway on net/http, github.com/gobwas/ws and rouse's
// package park: it tells many clients, most of them idle, one thing a second, and
// has no goroutine and no buffer for each. It is meant to be read:
//
//   - gateway.go is the http.Handler, with the broadcast and the end.
//   - client.go is one client, inbox.go what it says and outbox.go what it is told.
//   - parking.go waits for clients with package park, goroutines.go with a
//     goroutine for each; all the rest is the same.
//   - relay.go is how something that blocks holds up nobody else.
//
// Serve, or compare the two styles:
//
//	go run . -listen 127.0.0.1:8080
//	go run . -demo
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	listen, crowd string // the three modes
	demo          bool
	control       bool
	style         string
	every         time.Duration
	clients       int
}

const usage = `gateway: a WebSocket gateway without a goroutine for each client. One of:
  gateway -listen 127.0.0.1:8080 [-style park|goroutine] [-every 1s]
  gateway -demo [-clients N] [-every 1s]

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
	case o.demo:
		err = demo(ctx, o, out, errOut)
	case o.crowd != "":
		err = runCrowd(ctx, o, in, out)
	default:
		err = runServer(ctx, o, in, out)
	}
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "gateway:", strings.ReplaceAll(err.Error(), "\n", "; "))
		return 1
	}
	return 0
}

// parse reads the command line. What is wrong with it has been told on errOut.
func parse(args []string, errOut io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("gateway", flag.ContinueOnError)
	f.SetOutput(errOut)
	f.Usage = func() {
		_, _ = io.WriteString(errOut, usage)
		f.PrintDefaults()
	}
	f.StringVar(&o.listen, "listen", "", "serve on `host:port`; port 0 takes a free one")
	f.BoolVar(&o.demo, "demo", false, "compare the styles in one run, each in a process of its own")
	f.StringVar(&o.crowd, "crowd", "", "be the clients of the gateway at `host:port`, and answer questions on the standard input; its end ends them")
	f.StringVar(&o.style, "style", styleParked, "`how` to wait for clients: park or goroutine")
	f.DurationVar(&o.every, "every", time.Second, "time between two broadcasts")
	f.IntVar(&o.clients, "clients", 0, "`number` of clients; 0 is as many as the descriptor limit allows, at most 10,000, and 1,000 where that is not known")
	f.BoolVar(&o.control, "control", false, "serve, and answer questions on the standard input; its end ends the server")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if err := o.check(f.NArg()); err != nil {
		_, _ = fmt.Fprintln(errOut, "gateway:", err)
		return o, err
	}
	return o, nil
}

// check says what is wrong with the command line.
func (o *options) check(arguments int) error {
	modes := 0
	for _, on := range []bool{o.listen != "", o.crowd != "", o.demo} {
		if on {
			modes++
		}
	}
	switch {
	case modes != 1 || arguments > 0:
		return errors.New("want -listen or -demo, and flags alone: see gateway -help")
	case o.clients < 0 || o.clients > maxClients:
		return fmt.Errorf("-clients is from 0 to %d: each takes a port", maxClients)
	case o.every <= 0:
		return errors.New("-every is more than 0")
	}
	return nil
}

// runServer serves until ctx ends.
func runServer(ctx context.Context, o options, in io.Reader, out io.Writer) error {
	s, err := newServer(o)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if o.control {
		go func() {
			defer stop()
			_ = control(in, out, s.answer) // an error means that nobody listens any more
		}()
	} else {
		_, _ = fmt.Fprintf(out, "listening on ws://%s\n", s.addr())
		go s.tell(ctx, out)
	}
	return s.serve(ctx)
}
