// Proxy forwards TCP connections to another address:
//
//	proxy -listen 127.0.0.1:8080 -to 127.0.0.1:80
//
// It is an example of poll style on package netio: one goroutine drives all
// connections, and one that is idle has no goroutine and no buffer. Each side is
// read only as fast as the other one takes it, and may close its direction while
// the other one goes on.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/rouse-io/rouse/reactor"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "proxy:", err)
		}
		os.Exit(1)
	}
}

// run is the program. It says on out where it listens.
func run(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("proxy", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:8080", "`address` to listen on")
	to := flags.String("to", "", "`address` to forward to")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *to == "" || flags.NArg() > 0 {
		return errors.New("give an address to forward to: proxy -to host:port")
	}
	r, err := reactor.New()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	p, err := open(ctx, r, *listen, *to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	if _, err := fmt.Fprintln(out, "listening on", p.addr()); err != nil {
		return err
	}
	return r.Run(ctx)
}
