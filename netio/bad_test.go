package netio_test

import (
	"context"
	"errors"
	"net"
	"os"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// What has no meaning is an error, and one that says so; nothing panics.
func TestBadArguments(t *testing.T) {
	r := running(t)
	ctx := context.Background()
	before := descriptors(t)
	for name, try := range map[string]func() error{
		"Dial":                 func() error { _, err := netio.Dial(ctx, nil, "tcp", "127.0.0.1:9"); return err },
		"Dialer":               func() error { _, err := new(netio.Dialer).Dial(ctx, "tcp", "127.0.0.1:9"); return err },
		"Listen":               func() error { _, err := netio.Listen(ctx, nil, "tcp", "127.0.0.1:0"); return err },
		"ListenPacket":         func() error { _, err := netio.ListenPacket(ctx, nil, "udp", "127.0.0.1:0"); return err },
		"ListenConfig, packet": func() error { _, err := new(netio.ListenConfig).ListenPacket(ctx, "udp", "127.0.0.1:0"); return err },
	} {
		err := try()
		if e := (*net.OpError)(nil); !errors.Is(err, os.ErrInvalid) || !errors.As(err, &e) {
			t.Errorf("%s without a reactor: %v", name, err)
		}
	}
	if n := descriptors(t); n != before {
		t.Errorf("%d descriptors, and %d before", n, before)
	}

	var none context.Context
	l, err := netio.Listen(none, r, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p, err := netio.ListenPacket(none, r, "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	a, err := netio.Dial(none, r, "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()

	fill(t, a)
	to := p.LocalAddr().(*net.UDPAddr).AddrPort()
	for name, poll := range map[string]func(reactor.Waker) error{
		"PollRead":     func(w reactor.Waker) error { _, err := a.PollRead(w, make([]byte, 8)); return err },
		"PollWrite":    func(w reactor.Waker) error { _, err := a.PollWrite(w, make([]byte, 1<<20)); return err },
		"PollAccept":   func(w reactor.Waker) error { _, err := l.PollAccept(w); return err },
		"PollReadFrom": func(w reactor.Waker) error { _, _, err := p.PollReadFrom(w, make([]byte, 8)); return err },
		"PollWriteTo":  func(w reactor.Waker) error { _, err := p.PollWriteTo(w, nil, to); return err },
	} {
		err := poll(nil)
		if e := (*net.OpError)(nil); !errors.Is(err, os.ErrInvalid) || !errors.As(err, &e) {
			t.Errorf("%s with a nil Waker: %v", name, err)
		}
	}
	if _, err := a.Read(nil); err != nil {
		t.Errorf("a nil buffer: %v", err)
	}
	if err := a.SetReadBuffer(-1); err == nil {
		t.Log("the system takes a buffer of -1 bytes")
	}
	if _, err := p.WriteTo(nil, nil); err == nil {
		t.Error("a datagram to nil was sent")
	}
	if _, err := (&netio.Dialer{Reactor: r, LocalAddr: &net.TCPAddr{IP: net.IP{1, 2, 3}}}).Dial(ctx, "tcp", l.Addr().String()); err == nil {
		t.Error("connected from an address of 3 bytes")
	}
}
