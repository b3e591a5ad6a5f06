package park_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
)

// deadline is what only a hang meets.
const deadline = time.Minute

// open makes a reactor on the system's poller.
func open(t testing.TB) *reactor.Reactor {
	t.Helper()
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no adapter for this system")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return r
}

// start makes a reactor on the system's poller that a goroutine runs.
func start(t testing.TB) *reactor.Reactor {
	t.Helper()
	r := open(t)
	run(t, r)
	return r
}

// run drives a reactor until it is closed, with the test at the latest.
func run(t testing.TB, r *reactor.Reactor) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- r.Run(context.Background()) }()
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-done; err != reactor.ErrShutdown {
			t.Errorf("Run: %v", err)
		}
	})
}

// within returns a context that only a hang outlives.
func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	t.Cleanup(cancel)
	return ctx
}

// A told is one call of a lot's wake.
type told[T any] struct {
	v T
	w park.Wake
}

// tell returns a wake that hands on what it is called with. There is room for n
// before it would block.
func tell[T any](n int) (func(T, park.Wake), chan told[T]) {
	wakes := make(chan told[T], n)
	return func(v T, w park.Wake) { wakes <- told[T]{v, w} }, wakes
}

// receive returns what comes next.
func receive[T any](t testing.TB, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(deadline):
		t.Fatal("nobody was woken")
		panic("not reached")
	}
}

// A streamConn is what package net has in common for its streams.
type streamConn interface {
	net.Conn
	syscall.Conn
	CloseWrite() error
}

// pairs makes two ends of a connection, by network.
var pairs = map[string]func(testing.TB) (near, far streamConn){
	"tcp":  func(t testing.TB) (near, far streamConn) { return tcpPair(t) },
	"unix": unixPair,
}

// tcpPair returns the two ends of a connection over loopback.
func tcpPair(t testing.TB) (near, far *net.TCPConn) {
	t.Helper()
	a, b := connect(t, "tcp", "127.0.0.1:0")
	return a.(*net.TCPConn), b.(*net.TCPConn)
}

// unixPair returns the two ends of a connection by a path.
func unixPair(t testing.TB) (near, far streamConn) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("Wine has no AF_UNIX")
	}
	dir, err := os.MkdirTemp("", "park") //nolint:usetesting // that of the test is too long for a socket's path, on macOS
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	a, b := connect(t, "unix", filepath.Join(dir, "socket"))
	return a.(*net.UnixConn), b.(*net.UnixConn)
}

func connect(t testing.TB, network, address string) (near, far net.Conn) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err = net.Dial(network, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = near.Close() })
	far, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = far.Close() })
	return near, far
}

func write(t testing.TB, c net.Conn, message string) {
	t.Helper()
	if _, err := c.Write([]byte(message)); err != nil {
		t.Error(err)
	}
}

// read reads what is there by package net.
func read(t testing.TB, c net.Conn, want string) {
	t.Helper()
	buf := make([]byte, 64)
	if n, err := c.Read(buf); err != nil || string(buf[:n]) != want {
		t.Errorf("read %q, %v, want %q", buf[:n], err, want)
	}
}
