package netio_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// A choosy Registrar refuses what it is told to.
type choosy struct {
	netio.Registrar

	refuses atomic.Bool
}

var errChoosy = errors.New("not this one")

func (c *choosy) RegisterHandle(h reactor.Handle, in reactor.Interest) (*reactor.Registration, error) {
	if c.refuses.Load() {
		return nil, errChoosy
	}
	return c.Registrar.RegisterHandle(h, in)
}

// What the Registrar refuses is closed again, with the file that came with it,
// and the error is the Registrar's.
func TestRegistrarRefuses(t *testing.T) {
	c := &choosy{Registrar: running(t)}
	ctx := context.Background()
	l, err := netio.Listen(ctx, c, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	path := shortDir(t) + "/s"
	before := descriptors(t)
	c.refuses.Store(true)
	for name, try := range map[string]func() error{
		"Dial":         func() error { _, err := netio.Dial(ctx, c, "tcp", l.Addr().String()); return err },
		"Dial udp":     func() error { _, err := netio.Dial(ctx, c, "udp", "127.0.0.1:9"); return err },
		"Listen":       func() error { _, err := netio.Listen(ctx, c, "tcp", "127.0.0.1:0"); return err },
		"ListenPacket": func() error { _, err := netio.ListenPacket(ctx, c, "udp", "127.0.0.1:0"); return err },
		"Listen unix": func() error {
			if !has(t, "unix") {
				return &net.OpError{Err: errChoosy}
			}
			_, err := netio.Listen(ctx, c, "unix", path)
			return err
		},
		"ListenPacket unixgram": func() error {
			if !has(t, "unixgram") {
				return &net.OpError{Err: errChoosy}
			}
			_, err := netio.ListenPacket(ctx, c, "unixgram", path)
			return err
		},
	} {
		err := try()
		if e := (*net.OpError)(nil); !errors.Is(err, errChoosy) || !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
		if n := descriptors(t); n != before {
			t.Errorf("%s: %d descriptors, and %d before", name, n, before)
		}
		if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the file is there: %v", name, err)
		}
	}

}

// A connection that was taken, and that the Registrar refuses, is closed, and its
// peer is told.
func TestRegistrarRefusesAccepted(t *testing.T) {
	c := &choosy{Registrar: running(t)}
	l, err := netio.Listen(context.Background(), c, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for name, accept := range map[string]func() error{
		"Accept": func() error { _, err := l.Accept(); return err },
		"PollAccept": func() error {
			return newSignal().polling(t, func(w reactor.Waker) error { _, err := l.PollAccept(w); return err })
		},
	} {
		peer, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = peer.Close() })
		c.refuses.Store(true)
		if err := accept(); !errors.Is(err, errChoosy) {
			t.Errorf("%s: %v", name, err)
		}
		if n, err := peer.Read(make([]byte, 1)); n != 0 || err != io.EOF {
			t.Errorf("%s: the peer reads %d, %v", name, n, err)
		}
		c.refuses.Store(false)
	}
}
