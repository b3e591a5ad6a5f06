package netio_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/net/nettest"
)

// running returns a reactor that is driven until the test ends.
func running(t testing.TB, opts ...reactor.Option) *reactor.Reactor {
	t.Helper()
	r, err := reactor.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- r.Run(context.Background()) }()
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, reactor.ErrShutdown) {
			t.Error(err)
		}
	})
	return r
}

// place is an address to listen on.
func place(t testing.TB, network string) string {
	t.Helper()
	switch network {
	case "unix", "unixpacket", "unixgram":
		return filepath.Join(t.TempDir(), "s")
	case "tcp6", "udp6":
		return "[::1]:0"
	}
	return "127.0.0.1:0"
}

// listening listens, until the test ends.
func listening(t testing.TB, r *reactor.Reactor, network string) *netio.Listener {
	t.Helper()
	l, err := netio.Listen(context.Background(), r, network, place(t, network))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestNettest(t *testing.T) {
	for _, network := range []string{"tcp", "tcp4", "tcp6", "unix", "unixpacket"} {
		t.Run(network, func(t *testing.T) {
			if !nettest.TestableNetwork(network) {
				t.Skip("not here")
			}
			r := running(t)
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				l := listening(t, r, network)
				dialled := make(chan error, 1)
				go func() {
					c, err := netio.Dial(context.Background(), r, network, l.Addr().String())
					c1 = c
					dialled <- err
				}()
				c2, err = l.Accept()
				if err := errors.Join(err, <-dialled); err != nil {
					return nil, nil, nil, err
				}
				return c1, c2, func() { _ = c1.Close(); _ = c2.Close(); _ = l.Close() }, nil
			})
		})
	}
}
