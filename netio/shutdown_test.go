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

// When the reactor is closed everybody who waits returns, with an error that says
// so; later calls too. What is open can still be closed.
func TestReactorClosed(t *testing.T) {
	r, err := reactor.New()
	if err != nil {
		t.Fatal(err)
	}
	run := make(chan error, 1)
	go func() { run <- r.Run(context.Background()) }()
	l := listening(t, r, "tcp")
	a, b := connected(t, r, "tcp")
	c, d := connected(t, r, "tcp")
	p, err := netio.ListenPacket(context.Background(), r, "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fill(t, a)
	buf := make([]byte, 1<<20)
	raw, err := a.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	calls := map[string]func() error{
		"Read":     func() error { _, err := c.Read(make([]byte, 8)); return err },
		"Write":    func() error { _, err := a.Write(buf); return err },
		"Accept":   func() error { _, err := l.Accept(); return err },
		"ReadFrom": func() error { _, _, err := p.ReadFrom(make([]byte, 8)); return err },
		"raw read": func() error { return raw.Read(func(uintptr) bool { return false }) },
	}
	polls := map[string]func(reactor.Waker) error{
		"PollRead":     func(w reactor.Waker) error { _, err := d.PollRead(w, make([]byte, 8)); return err },
		"PollWrite":    func(w reactor.Waker) error { _, err := a.PollWrite(w, buf); return err },
		"PollAccept":   func(w reactor.Waker) error { _, err := l.PollAccept(w); return err },
		"PollReadFrom": func(w reactor.Waker) error { _, _, err := p.PollReadFrom(w, make([]byte, 8)); return err },
	}
	results := map[string]chan error{}
	for name, call := range calls {
		result := make(chan error, 1)
		results[name] = result
		go func() { result <- call() }()
	}
	wakers := map[string]signal{}
	for name, poll := range polls {
		wakers[name] = newSignal()
		if err := poll(wakers[name]); err != reactor.ErrPending {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-run; !errors.Is(err, reactor.ErrShutdown) {
		t.Error(err)
	}
	check := func(name string, err error) {
		t.Helper()
		e := (*net.OpError)(nil)
		if !errors.Is(err, reactor.ErrShutdown) || !errors.Is(err, os.ErrClosed) || errors.Is(err, net.ErrClosed) || !errors.As(err, &e) || e.Timeout() {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, call := range calls {
		check(name, got(t, results[name], name))
		check(name+" again", call())
	}
	for name, poll := range polls {
		got(t, wakers[name], "the waker of "+name)
		check(name, poll(wakers[name]))
	}
	_, err = netio.Dial(context.Background(), r, "tcp", l.Addr().String())
	check("Dial", err)
	_, err = netio.Listen(context.Background(), r, "tcp", "127.0.0.1:0")
	check("Listen", err)
	_, err = netio.ListenPacket(context.Background(), r, "udp", "127.0.0.1:0")
	check("ListenPacket", err)
	for _, c := range []interface{ Close() error }{a, b, c, d, l, p} {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
