package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// A server echoes what its clients send.
type server interface {
	// Addr is the address that it listens on.
	Addr() netip.AddrPort

	// Serve serves until ctx ends, and leaves nothing open. It is called once.
	Serve(ctx context.Context) error

	// Live is the number of connections.
	Live() int
}

// newServer makes a server that listens already. Wait is how the reactor waits;
// see waits.
func newServer(style, wait, addr string) (server, error) {
	option, ok := waits[wait]
	if !ok {
		return nil, fmt.Errorf("-wait %s: want park, block or spin", wait)
	}
	var s server
	var err error
	switch style {
	case "poll":
		s, err = newPollServer(addr, option)
	case "goroutine":
		s, err = newGoroutineServer(addr, option)
	case "std":
		s, err = newStdServer(addr)
	case "parked":
		s, err = newParkedServer(addr, option)
	default:
		return nil, fmt.Errorf("-style %s: want poll, goroutine, std or parked", style)
	}
	if err != nil {
		return nil, &listenError{addr, err}
	}
	return s, nil
}

// waits are the ways in which a reactor can wait for the kernel. The first is
// the default, and takes the least CPU; on a system that has no such thing it is
// the second.
var waits = map[string]reactor.Option{
	"park":  nil,
	"block": reactor.WithBlockingWait(),
	"spin":  reactor.WithSpin(20 * time.Microsecond),
}

// ended is the error of a reactor's Run, without that of a server which was
// told to end.
func ended(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
