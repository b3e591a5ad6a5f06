package netio_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// unanswered is an address on loopback that answers no more connections: the
// backlog of who listens there is full.
func unanswered(t testing.TB) string {
	t.Helper()
	open := func() int {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unix.Close(fd) })
		return fd
	}
	l := open()
	if err := unix.Bind(l, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(l, 0); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(l)
	if err != nil {
		t.Fatal(err)
	}
	// The kernel keeps one more than it was asked for, and answers on loopback
	// before connect returns.
	for range 2 {
		if err := unix.Connect(open(), sa); err != nil && err != unix.EINPROGRESS {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf("127.0.0.1:%d", sa.(*unix.SockaddrInet4).Port)
}

// What ends a dial that nobody answers: its context, or the reactor. Nothing is
// left behind.
func TestDialUnanswered(t *testing.T) {
	address := unanswered(t)
	t.Run("deadline", func(t *testing.T) {
		r := running(t)
		idle := descriptors(t)
		end := time.Now().Add(20 * time.Millisecond)
		ctx, cancel := context.WithDeadline(context.Background(), end)
		defer cancel()
		c, err := netio.Dial(ctx, r, "tcp", address)
		if e := net.Error(nil); c != nil || !errors.As(err, &e) || !e.Timeout() || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, %v", c, err)
		}
		if time.Now().Before(end) {
			t.Errorf("%v too early", time.Until(end))
		}
		if n := descriptors(t); n != idle {
			t.Errorf("%d descriptors, and %d before", n, idle)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		r := running(t)
		idle := descriptors(t)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		d := netio.Dialer{Reactor: r, Control: func(_, _ string, _ syscall.RawConn) error { cancel(); return nil }}
		c, err := d.Dial(ctx, "tcp", address)
		if c != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%v, %v", c, err)
		}
		if n := descriptors(t); n != idle {
			t.Errorf("%d descriptors, and %d before", n, idle)
		}
	})
	t.Run("shutdown", func(t *testing.T) {
		r, err := reactor.New()
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := netio.Dial(context.Background(), r, "tcp", address)
			done <- err
		}()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if err := got(t, done, "a dial of a reactor that is closed"); !errors.Is(err, reactor.ErrShutdown) || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(err)
		}
	})
}
