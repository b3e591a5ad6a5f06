//go:build unix || windows

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
)

// listen listens, and closes with the test.
func listen(t *testing.T, addr string) (platform.Handle, netip.AddrPort) {
	t.Helper()
	h, bound, err := sock.Listen(addr)
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		t.Skipf("no such name here: %v", err)
	}
	if errors.Is(err, errNoFamily) || errors.Is(err, errNoAddress) {
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
	await(t, h, false)
}

func writable(t *testing.T, h platform.Handle) {
	t.Helper()
	await(t, h, true)
}

func await(t *testing.T, h platform.Handle, out bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; {
		ready, err := poll(h, out, max(time.Until(end), 0))
		switch {
		case ready:
			return
		case err != nil:
			t.Fatal(err)
		case time.Now().After(end):
			t.Fatalf("handle %d does not become ready", h)
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
			if n, err := write(client, []byte("hello")); n != 5 || err != nil {
				t.Fatal(n, err)
			}
			readable(t, server)
			buf := make([]byte, 10)
			if n, err := read(server, buf); err != nil || string(buf[:n]) != "hello" {
				t.Fatalf("got %q, %v", buf[:n], err)
			}
		})
	}
}

// Every handle is non-blocking, and no child inherits it.
func TestFlags(t *testing.T) {
	l, _ := listen(t, "127.0.0.1:0")
	client, server := pair(t, "127.0.0.1:0")
	for name, h := range map[string]platform.Handle{"listener": l, "client": client, "server": server} {
		t.Run(name, func(t *testing.T) { checkInherit(t, h) })
	}
	for name, h := range map[string]platform.Handle{"client": client, "server": server} {
		if n, err := read(h, make([]byte, 1)); n != 0 || err != errWouldBlock {
			t.Errorf("%s: read %d, %v, want would-block", name, n, err)
		}
	}
	if _, err := sock.Accept(l); err != errWouldBlock {
		t.Errorf("listener: %v, want would-block", err)
	}
}

// Small writes go out at once where that is asked for.
func TestNoDelay(t *testing.T) {
	_, h := pair(t, "127.0.0.1:0")
	for _, on := range []bool{true, false} {
		if err := sock.SetNoDelay(h, on); err != nil {
			t.Fatal(err)
		}
		if v, err := noDelay(h); err != nil || (v != 0) != on {
			t.Errorf("TCP_NODELAY is %d, %v, want %t", v, err, on)
		}
	}
}

// An error of Accept is the bare number: it is compared once per wake.
func TestAcceptWouldBlock(t *testing.T) {
	l, _ := listen(t, "127.0.0.1:0")
	if _, err := sock.Accept(l); err != errWouldBlock {
		t.Errorf("got %v (%[1]T), want the bare number of would-block", err)
	}
}

// A connection that was given up before it was taken is none, or one that has
// ended: never an error of Accept.
func TestGivenUp(t *testing.T) {
	l, addr := listen(t, "127.0.0.1:0")
	gone, err := net.DialTCP("tcp", nil, net.TCPAddrFromAddrPort(addr))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(gone.SetLinger(0), gone.Close()); err != nil {
		t.Fatal(err)
	}
	client, err := net.DialTCP("tcp", nil, net.TCPAddrFromAddrPort(addr))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = client.Close() }()
	for {
		h, err := sock.Accept(l)
		if err == errWouldBlock {
			readable(t, l)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		name, err := peer(h)
		if err := errors.Join(err, sock.Close(h)); err == nil && name == client.LocalAddr().(*net.TCPAddr).Port {
			return
		}
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
	if !errors.Is(err, errRefused) {
		t.Errorf("got %v, want %v", err, errRefused)
	}
}

func TestErrors(t *testing.T) {
	_, used := listen(t, "127.0.0.1:0")
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:99999", "[::1:0", "127.0.0.1:x"} {
		if h, _, err := sock.Listen(addr); err == nil {
			t.Errorf("Listen(%q) returns handle %d", addr, h)
		}
	}
	if _, _, err := sock.Listen(used.String()); !errors.Is(err, errInUse) {
		t.Errorf("a used address: %v, want %v", err, errInUse)
	}
	var call *os.SyscallError
	for name, err := range map[string]error{
		"Close":      sock.Close(platform.NoHandle),
		"SetNoDelay": sock.SetNoDelay(platform.NoHandle, true),
		"Err":        sock.Err(platform.NoHandle),
	} {
		if !errors.Is(err, errBadHandle) || !errors.As(err, &call) {
			t.Errorf("%s of no handle: %v, want %v from a system call", name, err, errBadHandle)
		}
	}
	if _, err := sock.Accept(platform.NoHandle); err != errBadHandle {
		t.Errorf("Accept of no handle: %v, want the bare %v", err, errBadHandle)
	}
	client, _ := pair(t, "127.0.0.1:0")
	if _, err := sock.Accept(client); err != errNotListening && err != errNoAccept {
		t.Errorf("Accept of a connection: %v, want %v", err, errNotListening)
	}
}
