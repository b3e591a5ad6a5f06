//go:build unix

package netio_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// exhaustedEnv marks the child that runs out of descriptors.
const exhaustedEnv = "ROUSE_TEST_EXHAUSTED"

// Where the process has no descriptor left, Accept says so, and that it is worth
// trying again; connections wait, and none is lost. A child does it, because it
// would take the descriptors of the other tests, too.
func TestAcceptWithoutDescriptors(t *testing.T) {
	if os.Getenv(exhaustedEnv) != "" {
		t.Run("goroutine style", func(t *testing.T) {
			acceptExhausted(t, func(l *netio.Listener) (*netio.Conn, error) { return l.AcceptConn() })
		})
		t.Run("poll style", func(t *testing.T) {
			acceptExhausted(t, func(l *netio.Listener) (c *netio.Conn, err error) {
				err = newSignal().polling(t, func(w reactor.Waker) error { c, err = l.PollAccept(w); return err })
				return c, err
			})
		})
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Skipf("this program does not know where it is: %v", err)
	}
	cmd := exec.Command(self, "-test.run=^"+t.Name()+"$", "-test.timeout=50s")
	cmd.Env = append(os.Environ(), exhaustedEnv+"=1")
	out, err := cmd.CombinedOutput()
	if cmd.Process == nil {
		t.Skipf("this program can't start itself: %v", err)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func acceptExhausted(t *testing.T, accept func(*netio.Listener) (*netio.Conn, error)) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	limit.Cur = 64
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	r := running(t)
	l := listening(t, r, "tcp")
	const waiting = 5
	var clients []net.Conn
	for range waiting {
		c, err := netio.Dial(context.Background(), r, "tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		clients = append(clients, c)
	}
	var taken []int
	for {
		fd, err := unix.Dup(0)
		if err != nil {
			break
		}
		taken = append(taken, fd)
	}
	for range 3 {
		c, err := accept(l)
		e := net.Error(nil)
		if c != nil || !errors.Is(err, syscall.EMFILE) || !errors.As(err, &e) || !e.Temporary() || e.Timeout() { //nolint:staticcheck // net/http asks for it
			t.Fatalf("%v, %v", c, err)
		}
	}
	if _, err := netio.Dial(context.Background(), r, "tcp", l.Addr().String()); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("dial: %v", err)
	}
	if _, err := netio.Listen(context.Background(), r, "tcp", "127.0.0.1:0"); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("listen: %v", err)
	}
	// One comes back: one connection is taken, and then it is as before.
	if err := unix.Close(taken[0]); err != nil {
		t.Fatal(err)
	}
	first, err := accept(l)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if _, err := accept(l); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("after one: %v", err)
	}
	for _, fd := range taken[1:] {
		if err := unix.Close(fd); err != nil {
			t.Fatal(err)
		}
	}
	served := []net.Conn{first}
	for range waiting - 1 {
		c, err := accept(l)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		served = append(served, c)
	}
	for i, c := range clients {
		if _, err := c.Write([]byte{byte(i)}); err != nil {
			t.Error(err)
		}
	}
	seen := 0
	for _, c := range served {
		var b [1]byte
		if _, err := c.Read(b[:]); err != nil {
			t.Error(err)
		}
		seen |= 1 << b[0]
	}
	if seen != 1<<waiting-1 {
		t.Errorf("the connections %b were served", seen)
	}
}
