package park_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
)

// An idle connection is parked: nobody waits in Read meanwhile, and there is
// no buffer. When its peer says something, a goroutine serves it.
func Example() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("read hello") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	go r.Run(context.Background())
	defer r.Close()

	done := make(chan struct{})
	serve := func(c net.Conn) {
		defer close(done)
		defer c.Close() // or park it again
		buf := make([]byte, 16)
		n, err := c.Read(buf)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("read %s\n", buf[:n])
	}
	lot := park.NewLot(r, time.Minute, func(c *net.TCPConn, w park.Wake) {
		if w.Err != nil { // it was idle, or this is the end
			c.Close()
			return
		}
		go serve(c) // a wake must not block
	})
	defer lot.Close()

	client, server := connection()
	defer client.Close()
	if _, err := lot.Park(server, server); err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(client, "hello") // from the other side
	<-done
	// Output: read hello
}

// Who has a loop of his own serves what has woken, one after the other.
func ExampleQueue() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("read hello\nclosed by the peer") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	client, server := connection()
	defer server.Close()

	q := park.NewQueue[*net.TCPConn](r, time.Minute)
	if _, err := q.Park(server, server); err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(client, "hello") // from the other side
	for c, w := range q.Woken(context.Background()) {
		if w.Err != nil {
			log.Fatal(w.Err)
		}
		buf := make([]byte, 16)
		n, err := c.Read(buf)
		if err != nil {
			fmt.Println("closed by the peer")
			break
		}
		fmt.Printf("read %s\n", buf[:n])
		if _, err := q.Park(c, c); err != nil {
			log.Fatal(err)
		}
		client.Close()
	}
	if err := q.Err(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// read hello
	// closed by the peer
}

// A connection that is wanted before its peer says something, as one of a pool
// is, is taken back.
func ExampleSpot_Cancel() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("taken from the pool") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	go r.Run(context.Background())
	defer r.Close()

	// Whatever wakes a pooled connection, it is not good any more.
	pool := park.NewLot(r, time.Minute, func(c *net.TCPConn, _ park.Wake) { c.Close() })
	defer pool.Close()

	client, server := connection()
	defer server.Close()
	defer client.Close()
	spot, err := pool.Park(client, client)
	if err != nil {
		log.Fatal(err)
	}
	if spot.Cancel() {
		fmt.Println("taken from the pool")
	}
	// Output: taken from the pool
}

// connection returns the two ends of a connection over loopback.
func connection() (client, server *net.TCPConn) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		log.Fatal(err)
	}
	defer l.Close()
	if client, err = net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr)); err != nil {
		log.Fatal(err)
	}
	if server, err = l.AcceptTCP(); err != nil {
		log.Fatal(err)
	}
	return client, server
}
