//go:build unix || windows

package sock_test

import (
	"errors"
	"net/netip"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
)

// opened opens a socket that is bound to a, and closes it with the test.
func opened(t *testing.T, typ sock.Type, a sock.Addr) (platform.Handle, sock.Addr) {
	t.Helper()
	h, err := sock.Open(a.Family(), typ)
	if err != nil {
		t.Skipf("no such sockets here: %v", err)
	}
	t.Cleanup(func() {
		if err := sock.Close(h); err != nil {
			t.Error(err)
		}
	})
	if a.Family() == sock.Inet6 {
		if err := sock.SetBool(h, sock.OnlyIPv6, a.IP.Addr() != netip.IPv6Unspecified()); err != nil {
			t.Skipf("no socket for both families here: %v", err)
		}
	}
	if err := sock.Bind(h, a.Family(), a); err != nil {
		t.Skipf("no such address here: %v", err)
	}
	local, err := sock.Local(h)
	if err != nil {
		t.Fatal(err)
	}
	return h, local
}

func ip(s string) sock.Addr { return sock.Addr{IP: netip.MustParseAddrPort(s)} }

// A datagram arrives with its sender's address, in the form that the address was
// bound to: IPv4 is IPv4, whatever family the socket is of.
func TestDatagram(t *testing.T) {
	for name, ends := range map[string][2]sock.Addr{
		"IPv4":      {ip("127.0.0.1:0"), ip("127.0.0.1:0")},
		"IPv6":      {ip("[::1]:0"), ip("[::1]:0")},
		"IPv4 to 6": {ip("127.0.0.1:0"), ip("[::]:0")},
		"6 to IPv4": {ip("[::]:0"), ip("127.0.0.1:0")},
		"a path":    {{Path: filepath.Join(t.TempDir(), "a")}, {Path: filepath.Join(t.TempDir(), "b")}},
	} {
		t.Run(name, func(t *testing.T) {
			from, source := opened(t, sock.Datagram, ends[0])
			to, target := opened(t, sock.Datagram, ends[1])
			if target.IsIP() && target.IP.Addr().IsUnspecified() {
				target = sock.Addr{IP: netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), target.IP.Port())}
			}
			if _, _, err := sock.RecvFrom(to, make([]byte, 8)); err != errWouldBlock {
				t.Fatalf("before anything was sent: %v", err)
			}
			for _, payload := range []string{"first", "more than fits"} {
				if err := sock.SendTo(from, ends[0].Family(), []byte(payload), target); err != nil {
					t.Fatal(err)
				}
				readable(t, to)
				buf := make([]byte, 8)
				n, sender, err := sock.RecvFrom(to, buf)
				if want := payload[:min(len(payload), len(buf))]; err != nil || string(buf[:n]) != want {
					t.Fatalf("got %q, %v, want %q", buf[:n], err, want)
				}
				if want := source; sender != want && (!want.IsIP() || sender.IP.Port() != want.IP.Port() || !sender.IP.Addr().Is4()) {
					t.Errorf("from %v, want %v", sender, want)
				}
			}
		})
	}
}

// What no socket of a family can name is refused, before the kernel is asked.
func TestForeignAddress(t *testing.T) {
	h, _ := opened(t, sock.Datagram, ip("127.0.0.1:0"))
	for _, a := range []sock.Addr{ip("[::1]:9"), {Path: "x"}, {}} {
		if err := sock.SendTo(h, sock.Inet4, nil, a); err == nil {
			t.Errorf("sent to %v", a)
		}
		if err := sock.Bind(h, sock.Inet4, a); err == nil {
			t.Errorf("bound to %v", a)
		}
		if _, err := sock.StartConnecting(h, sock.Inet4, a); err == nil {
			t.Errorf("connected to %v", a)
		}
	}
}

// A path that is too long is an error, not another path.
func TestLongPath(t *testing.T) {
	h, err := sock.Open(sock.Unix, sock.Stream)
	if err != nil {
		t.Skipf("no unix sockets here: %v", err)
	}
	defer func() { _ = sock.Close(h) }()
	for _, path := range []string{filepath.Join(t.TempDir(), strings.Repeat("x", 200)), "a\x00b"} {
		if err := sock.Bind(h, sock.Unix, sock.Addr{Path: path}); err == nil {
			t.Errorf("bound to %q", path)
		}
	}
}

// Every option that the system has can be asked for.
func TestOptions(t *testing.T) {
	h, _ := listen(t, "127.0.0.1:0")
	for o := sock.NoDelay; o <= sock.Pending; o++ {
		_, err := sock.Get(h, o)
		switch {
		case !sock.Has(o):
			if !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("option %d: %v, want ErrUnsupported", o, err)
			}
			if err := sock.Set(h, o, 1); !errors.Is(err, errors.ErrUnsupported) {
				t.Errorf("option %d: %v, want ErrUnsupported", o, err)
			}
		case o == sock.OnlyIPv6: // of an IPv6 socket
		case err != nil && runtime.GOOS != "windows": // Windows can't be asked for all of them
			t.Errorf("option %d: %v", o, err)
		}
	}
}

// An accepted connection has its listener's options where that is promised.
func TestInherit(t *testing.T) {
	if !sock.Inherits {
		t.Skip("not promised here")
	}
	l, addr := listen(t, "127.0.0.1:0")
	want := map[sock.Option]int{sock.NoDelay: 1, sock.KeepAlive: 1, sock.KeepIdle: 77, sock.KeepInterval: 7, sock.KeepCount: 3}
	for o, v := range want {
		if err := sock.Set(l, o, v); err != nil {
			t.Fatal(err)
		}
	}
	client, err := sock.Connect(addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sock.Close(client) }()
	readable(t, l)
	h, peer, err := sock.AcceptFrom(l)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sock.Close(h) }()
	if local, err := sock.Local(client); err != nil || local != peer {
		t.Errorf("the peer is %v, %v, want %v", peer, err, local)
	}
	for o, v := range want {
		if got, err := sock.Get(h, o); err != nil || got != v {
			t.Errorf("option %d is %d, %v, want %d", o, got, err, v)
		}
	}
}
