package reactor_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/rouse-io/rouse/reactor"
)

// Hooks see what the reactor does. Those that are not set cost nothing.
func ExampleTrace() {
	readable := false
	trace := &reactor.Trace{
		Register: func(_ reactor.Handle, in reactor.Interest, err error) {
			fmt.Println("register for", in, err)
		},
		Ready: func(_ reactor.Handle, ready reactor.Ready) {
			readable = ready.IsReadable()
			fmt.Println("readable:", readable)
		},
		Deregister: func(_ reactor.Handle, err error) {
			fmt.Println("deregister", err)
		},
	}
	r, err := reactor.New(reactor.WithTrace(trace))
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("register for readable <nil>\nreadable: true\nderegister <nil>\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	client, server := connect()
	defer client.Close()
	defer server.Close()

	g, err := r.Register(server, reactor.Readable)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(client, "hello")
	for !readable {
		if _, err := r.Turn(-1); err != nil {
			log.Fatal(err)
		}
	}
	if err := g.Deregister(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// register for readable <nil>
	// readable: true
	// deregister <nil>
}

// Counts are kept from when the reactor is made, and may be read at any time.
func ExampleReactor_Stats() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Print("live: 1\nregistered: 1 deregistered: 1 turns: 1\n") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	client, server := connect()
	defer client.Close()
	defer server.Close()

	g, err := r.Register(server, reactor.Readable)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("live:", r.Stats().Live)
	if _, err := r.Turn(0); err != nil {
		log.Fatal(err)
	}
	if err := g.Deregister(); err != nil {
		log.Fatal(err)
	}
	s := r.Stats()
	fmt.Println("registered:", s.Registered, "deregistered:", s.Deregistered, "turns:", s.Turns)
	// Output:
	// live: 1
	// registered: 1 deregistered: 1 turns: 1
}
