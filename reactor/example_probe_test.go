package reactor_test

import (
	"errors"
	"fmt"
	"net"
	"runtime"

	"github.com/rouse-io/rouse/reactor"
)

// A pool hands out the first of its idle connections that is still good. The server
// has closed one of the two meanwhile, which nobody has noticed, as nobody reads.
func ExampleCheckIdle() {
	stale, server := connect()
	good, other := connect()
	defer other.Close()
	server.Close()
	for reactor.CheckIdle(stale) == nil {
		runtime.Gosched() // until the word of it is here
	}

	pool := []*net.TCPConn{stale, good}
	get := func() *net.TCPConn {
		for len(pool) > 0 {
			conn := pool[0]
			pool = pool[1:]
			err := reactor.CheckIdle(conn)
			if err == nil || errors.Is(err, errors.ErrUnsupported) { // no adapter for this system: nobody knows
				return conn
			}
			fmt.Println("not idle:", errors.Is(err, reactor.ErrNotIdle))
			conn.Close()
		}
		return nil // time to dial
	}
	conn := get()
	defer conn.Close()
	fmt.Println("the good one:", conn == good)
	// Output:
	// not idle: true
	// the good one: true
}
