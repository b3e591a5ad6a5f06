package main

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A server that can't take a connection tries again after a while, and is not
// told again and again meanwhile. Where the kernel has no edges it would be, if
// that passed for would-block.
func TestAcceptorPauses(t *testing.T) {
	need(t, "poll")
	s, err := newPollServer("127.0.0.1:0", waits["park"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		s.acceptor.close()
		if err := s.reactor.Close(); err != nil {
			t.Error(err)
		}
		if n := s.Live(); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	}()
	end := time.Now().Add(deadline)
	turn := func() {
		if _, err := s.reactor.Turn(time.Until(end)); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(end) {
			t.Fatal("nothing happens")
		}
	}

	// Nothing can be taken from no listener.
	listener := s.acceptor.handle
	s.acceptor.handle = platform.NoHandle
	s.acceptor.Wake()
	dial(t, s.Addr())
	began := time.Now()
	for s.acceptor.backoff.last < 80*time.Millisecond {
		turn()
	}
	if d := time.Since(began); d < (5+10+20+40)*time.Millisecond {
		t.Errorf("five tries took %v, and the pauses between them should be 75 ms", d)
	}

	s.acceptor.handle = listener
	for s.Live() != 1 {
		turn()
	}
}
