//go:build unix

package reactor_test

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/platform/platformtest"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// The signals that are sent. Go does nothing of itself when they come.
const (
	one = unix.SIGUSR1
	two = unix.SIGUSR2
)

func TestSignals(t *testing.T) {
	platformtest.RunBlocked(t, func(t *testing.T) {
		for name, opts := range strategies {
			t.Run(name, func(t *testing.T) {
				t.Run("Awaited", func(t *testing.T) { signalsAwaited(t, start(t, opts...)) })
				t.Run("Polled", func(t *testing.T) { signalsPolled(t, start(t, opts...)) })
				t.Run("Storm", func(t *testing.T) { signalsStorm(t, start(t, opts...)) })
			})
		}
		t.Run("Notified", signalsNotified)
		t.Run("Close", signalsClose)
	}, one, two)
}

// registerSignals registers signals, where the system lets them be read.
func registerSignals(t *testing.T, r *reactor.Reactor, sigs ...os.Signal) *reactor.Registration {
	t.Helper()
	g, err := r.RegisterSignals(sigs...)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skipf("no signals can be read here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// send sends this process a signal.
func send(t *testing.T, s unix.Signal) {
	t.Helper()
	if err := unix.Kill(unix.Getpid(), s); err != nil {
		t.Fatal(err)
	}
}

// readSignal waits for a signal.
func readSignal(ctx context.Context, g *reactor.Registration) (s os.Signal, err error) {
	err = g.AsyncIO(ctx, reactor.Readable, func() (err error) {
		s, err = native.ReadSignal(g.Handle())
		return err
	})
	return s, err
}

// noSignals checks that there is none to read.
func noSignals(t *testing.T, g *reactor.Registration) {
	t.Helper()
	if err := g.TryIO(reactor.Readable, func() error {
		s, err := native.ReadSignal(g.Handle())
		if err == nil {
			t.Errorf("read %v, and there was none", s)
		}
		return err
	}); err != reactor.ErrWouldBlock {
		t.Fatalf("%v, want ErrWouldBlock", err)
	}
}

// A goroutine that waits gets each signal of the set, and no other.
func signalsAwaited(t *testing.T, r *reactor.Reactor) {
	g := registerSignals(t, r, one, two)
	ctx := within(t)
	noSignals(t, g)
	type result struct {
		s   os.Signal
		err error
	}
	results := make(chan result)
	go func() {
		for range 20 {
			s, err := readSignal(ctx, g)
			results <- result{s, err}
		}
	}()
	for i := range 20 {
		want := []unix.Signal{one, two}[i%2]
		send(t, unix.SIGWINCH)
		send(t, want)
		if got := <-results; got.s != want || got.err != nil {
			t.Fatalf("%v, %v, want %v", got.s, got.err, want)
		}
	}
	noSignals(t, g)
	deregister(t, g)
}

// In poll style the waker is woken.
func signalsPolled(t *testing.T, r *reactor.Reactor) {
	g := registerSignals(t, r, one)
	for range 5 {
		woken := make(chan struct{})
		var got os.Signal
		read := func() (err error) {
			got, err = native.ReadSignal(g.Handle())
			return err
		}
		if err := g.PollReadIO(reactor.WakerFunc(func() { close(woken) }), read); err != reactor.ErrPending {
			t.Fatal(err)
		}
		send(t, one)
		select {
		case <-woken:
		case <-time.After(deadline):
			t.Fatal("the waker was not woken")
		}
		if err := g.PollReadIO(reactor.WakerFunc(func() {}), read); got != one || err != nil {
			t.Fatalf("%v, %v", got, err)
		}
	}
	deregister(t, g)
}

// Signals that come while others are read may be read as one, but the last is not
// lost (facts/pitfalls 1).
func signalsStorm(t *testing.T, r *reactor.Reactor) {
	g := registerSignals(t, r, one, two)
	ctx := within(t)
	const many = 1000
	sent := make(chan error, 1)
	go func() {
		for range many {
			if err := unix.Kill(unix.Getpid(), one); err != nil {
				sent <- err
				return
			}
		}
		sent <- unix.Kill(unix.Getpid(), two)
	}()
	ones := 0
	for {
		s, err := readSignal(ctx, g)
		if err != nil {
			t.Fatal(err)
		}
		if s == two {
			break
		}
		ones++
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	// With the last there may be one that came before it.
	if err := g.TryIO(reactor.Readable, func() error {
		s, err := native.ReadSignal(g.Handle())
		if err == nil && s == one {
			ones++
		}
		return err
	}); err != nil && err != reactor.ErrWouldBlock {
		t.Fatal(err)
	}
	if ones < 1 || ones > many {
		t.Errorf("%d signals were read of %d", ones, many)
	}
	noSignals(t, g)
	deregister(t, g)
}

// Package os/signal and a registration may go by turns.
func signalsNotified(t *testing.T) {
	r := start(t)
	g := registerSignals(t, r, one)
	ctx := within(t)
	for range 5 {
		c := make(chan os.Signal, 1)
		signal.Notify(c, one)
		send(t, one)
		select {
		case <-c:
		case <-ctx.Done():
			t.Fatal("signal.Notify was not told")
		}
		signal.Stop(c)
		send(t, one) // with kqueue the second
		if s, err := readSignal(ctx, g); s != one || err != nil {
			t.Fatalf("%v, %v", s, err)
		}
		noSignals(t, g)
	}
	deregister(t, g)
}

// Close of the reactor closes the handle, and who waits is told.
func signalsClose(t *testing.T) {
	r := open(t)
	g := registerSignals(t, r, one)
	h := g.Handle()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if isOpen(h) {
		t.Error("the handle is open after Close")
	}
	if _, err := readSignal(within(t), g); err != reactor.ErrShutdown {
		t.Errorf("after Close: %v", err)
	}
	if _, err := r.RegisterSignals(one); !errors.Is(err, reactor.ErrShutdown) {
		t.Errorf("RegisterSignals: %v", err)
	}
}

func TestSignalsBadInput(t *testing.T) {
	r := start(t)
	for _, set := range [][]os.Signal{nil, {nil}, {one, nil}, {os.Kill}, {unix.SIGSTOP}, {unix.Signal(0)}, {unix.Signal(-1)}, {unix.Signal(1 << 20)}} {
		if _, err := r.RegisterSignals(set...); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("%v: %v", set, err)
		}
	}
	if live := r.Stats().Live; live != 0 {
		t.Errorf("%d registrations live", live)
	}
}
