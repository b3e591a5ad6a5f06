package reactor_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"

	"github.com/rouse-io/rouse/reactor"
)

// A connection of package net is watched where it stands, without a goroutine
// that waits in Read and without a buffer; the waker runs when there is
// something to read.
func ExampleReactor_Register() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("the connection is readable") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	client, server := connect()
	defer client.Close()
	defer server.Close()

	parked, err := r.Register(server, reactor.Readable)
	if err != nil {
		log.Fatal(err)
	}
	_, err = parked.PollReadReady(reactor.WakerFunc(func() {
		fmt.Println("the connection is readable")
	}))
	fmt.Fprintln(client, "hello") // from the other side
	for errors.Is(err, reactor.ErrPending) {
		if _, err := r.Turn(-1); err != nil {
			log.Fatal(err)
		}
		_, err = parked.PollReadReady(reactor.WakerFunc(nil))
	}
	// Output: the connection is readable
}

// A goroutine waits until something can be read.
func ExampleRegistration_Readiness() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("readable: true") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	go r.Run(ctx)
	defer r.Close()
	client, server := connect()
	defer client.Close()
	defer server.Close()

	g, err := r.Register(server, reactor.Readable)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(client, "hello")
	ev, err := g.Readiness(ctx, reactor.Readable)
	fmt.Println("readable:", err == nil && ev.Ready.IsReadable())
	if err := g.Deregister(); err != nil { // before the connection is closed
		log.Fatal(err)
	}
	// Output: readable: true
}

// connect returns the two ends of a connection over loopback.
func connect() (*net.TCPConn, *net.TCPConn) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	client, err := net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
	if err != nil {
		log.Fatal(err)
	}
	server, err := l.AcceptTCP()
	if err != nil {
		log.Fatal(err)
	}
	return client, server
}
