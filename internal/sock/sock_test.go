//go:build unix

package sock_test

import (
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// listen listens, and closes with the test.
func listen(t *testing.T, addr string) (platform.Handle, netip.AddrPort) {
	t.Helper()
	h, bound, err := sock.Listen(addr)
	if errors.Is(err, unix.EAFNOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL) {
		t.Skipf("no such addresses here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sock.Close(h); err != nil {
			t.Error(err)
		}
	})
	return h, bound
}

// readable and writable wait until h is.
func readable(t *testing.T, h platform.Handle) {
	t.Helper()
	await(t, unix.PollFd{Fd: int32(h), Events: unix.POLLIN})
}

func writable(t *testing.T, h platform.Handle) {
	t.Helper()
	await(t, unix.PollFd{Fd: int32(h), Events: unix.POLLOUT})
}

func await(t *testing.T, fd unix.PollFd) {
	t.Helper()
	fds := []unix.PollFd{fd}
	for end := time.Now().Add(10 * time.Second); ; {
		n, err := unix.Poll(fds, int(max(time.Until(end), 0)/time.Millisecond))
		switch {
		case n == 1:
			return
		case err != nil && err != unix.EINTR:
			t.Fatal(err)
		case time.Now().After(end):
			t.Fatalf("handle %d does not become ready", fd.Fd)
		}
	}
}

// pair returns both ends of a connection.
func pair(t *testing.T, addr string) (client, server platform.Handle) {
	t.Helper()
	l, bound := listen(t, addr)
	if bound.Addr().IsUnspecified() {
		bound = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), bound.Port())
	}
	client, err := sock.Connect(bound)
	if err != nil {
		t.Fatal(err)
	}
	writable(t, client)
	if err := sock.Err(client); err != nil {
		t.Fatal(err)
	}
	readable(t, l)
	server, err = sock.Accept(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(sock.Close(client), sock.Close(server)); err != nil {
			t.Error(err)
		}
	})
	return client, server
}

func TestPair(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0", ":0", "0.0.0.0:0", "localhost:0"} {
		t.Run(addr, func(t *testing.T) {
			client, server := pair(t, addr)
			if n, err := unix.Write(int(client), []byte("hello")); n != 5 || err != nil {
				t.Fatal(n, err)
			}
			readable(t, server)
			buf := make([]byte, 10)
			if n, err := unix.Read(int(server), buf); err != nil || string(buf[:n]) != "hello" {
				t.Fatalf("got %q, %v", buf[:max(n, 0)], err)
			}
		})
	}
}

// Every handle is non-blocking and closed on exec, and small writes go out at
// once where that is asked for.
func TestFlags(t *testing.T) {
	l, _ := listen(t, "127.0.0.1:0")
	client, server := pair(t, "127.0.0.1:0")
	for name, h := range map[string]platform.Handle{"listener": l, "client": client, "server": server} {
		status, err := unix.FcntlInt(uintptr(h), unix.F_GETFL, 0)
		if err != nil || status&unix.O_NONBLOCK == 0 {
			t.Errorf("%s: flags %x, %v: not non-blocking", name, status, err)
		}
		flags, err := unix.FcntlInt(uintptr(h), unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("%s: flags %x, %v: not closed on exec", name, flags, err)
		}
	}
	for _, on := range []bool{true, false} {
		if err := sock.SetNoDelay(server, on); err != nil {
			t.Fatal(err)
		}
		v, err := unix.GetsockoptInt(int(server), unix.IPPROTO_TCP, unix.TCP_NODELAY)
		if err != nil || (v != 0) != on {
			t.Errorf("TCP_NODELAY is %d, %v, want %t", v, err, on)
		}
	}
}

// An error of Accept is the bare number: it is compared once per wake.
func TestAcceptWouldBlock(t *testing.T) {
	l, _ := listen(t, "127.0.0.1:0")
	if _, err := sock.Accept(l); err != unix.EAGAIN {
		t.Errorf("got %v (%[1]T), want a bare EAGAIN", err)
	}
}

func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().(*net.TCPAddr).AddrPort()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	h, err := sock.Connect(addr)
	if err == nil {
		writable(t, h)
		err = errors.Join(sock.Err(h), sock.Close(h))
	}
	if !errors.Is(err, unix.ECONNREFUSED) {
		t.Errorf("got %v, want ECONNREFUSED", err)
	}
}

func TestErrors(t *testing.T) {
	_, used := listen(t, "127.0.0.1:0")
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:99999", "[::1:0", "127.0.0.1:x"} {
		if h, _, err := sock.Listen(addr); err == nil {
			t.Errorf("Listen(%q) returns handle %d", addr, h)
		}
	}
	if _, _, err := sock.Listen(used.String()); !errors.Is(err, unix.EADDRINUSE) {
		t.Errorf("a used address: %v, want EADDRINUSE", err)
	}
	var call *os.SyscallError
	for name, err := range map[string]error{
		"Close":      sock.Close(platform.NoHandle),
		"SetNoDelay": sock.SetNoDelay(platform.NoHandle, true),
		"Err":        sock.Err(platform.NoHandle),
	} {
		if !errors.Is(err, unix.EBADF) || !errors.As(err, &call) {
			t.Errorf("%s of no handle: %v, want EBADF from a system call", name, err)
		}
	}
	if _, err := sock.Accept(platform.NoHandle); err != unix.EBADF {
		t.Errorf("Accept of no handle: %v, want a bare EBADF", err)
	}
	client, _ := pair(t, "127.0.0.1:0")
	if _, err := sock.Accept(client); err != unix.EINVAL && err != unix.EOPNOTSUPP {
		t.Errorf("Accept of a connection: %v, want EINVAL", err)
	}
}
