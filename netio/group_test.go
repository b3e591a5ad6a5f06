package netio_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// grouped returns a group that is driven until the test ends.
func grouped(t *testing.T, n int) *reactor.Group {
	t.Helper()
	g, err := reactor.NewGroup(n)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- g.Run(context.Background()) }()
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, reactor.ErrShutdown) {
			t.Error(err)
		}
	})
	return g
}

// Every connection arrives at one listener, and the connections are not all at
// one reactor.
func TestListenGroup(t *testing.T) {
	const reactors, conns = 4, 64
	g := grouped(t, reactors)
	all, err := netio.ListenGroup(context.Background(), g, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	want := 1
	if netio.CanBalance() {
		want = reactors
	}
	if len(all) != want {
		t.Fatalf("%d listeners, want %d", len(all), want)
	}
	before := live(g)
	accepted := make(chan *netio.Conn, conns)
	var accepting sync.WaitGroup
	for _, l := range all {
		if l.Addr().String() != all[0].Addr().String() {
			t.Errorf("listeners on %v and %v", l.Addr(), all[0].Addr())
		}
		accepting.Go(func() {
			for {
				c, err := l.AcceptConn()
				if errors.Is(err, net.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				accepted <- c
			}
		})
	}
	var open []net.Conn
	for range conns {
		c, err := net.Dial("tcp", all[0].Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		open = append(open, c, <-accepted)
	}
	most := 0
	for i, n := range live(g) {
		most = max(most, n-before[i])
	}
	if most == conns {
		t.Errorf("one reactor has all %d connections", conns)
	}
	for _, c := range open {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, l := range all {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	accepting.Wait()
}

// live is how many registrations each reactor has.
func live(g *reactor.Group) []int {
	var n []int
	for _, r := range g.Reactors() {
		n = append(n, r.Stats().Live)
	}
	return n
}

// A group that can't listen leaves nothing open.
func TestListenGroupFails(t *testing.T) {
	g := grouped(t, 2)
	taken := listening(t, running(t), "tcp")
	for _, address := range []string{taken.Addr().String(), "127.0.0.1", "127.0.0.1:no such port"} {
		if all, err := netio.ListenGroup(context.Background(), g, "tcp", address); err == nil {
			t.Errorf("%s: %d listeners", address, len(all))
		}
	}
	if _, err := netio.ListenGroup(context.Background(), g, "none", ""); !errors.Is(err, net.UnknownNetworkError("none")) {
		t.Errorf("an unknown network: %v", err)
	}
	if n := g.Stats().Live; n != 0 {
		t.Errorf("%d registrations are left", n)
	}
}
