package scale

import (
	"context"
	"fmt"
	"runtime"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
)

// serveGroup is the server that everybody writes, on a group of reactors with a
// processor for each. It prints its address, as servers do.
func serveGroup(reactors int) error {
	runtime.GOMAXPROCS(reactors)
	g, err := reactor.NewGroup(reactors)
	if err != nil {
		return err
	}
	listeners, err := netio.ListenGroup(context.Background(), g, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	failed := make(chan error, len(listeners)+1)
	for _, l := range listeners {
		go func() { failed <- serving.EchoConns(l) }()
	}
	go func() { failed <- g.Run(context.Background()) }()
	fmt.Println(listeners[0].Addr())
	return <-failed
}
