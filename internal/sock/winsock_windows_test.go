package sock_test

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// What this system says.
const (
	errWouldBlock   = windows.WSAEWOULDBLOCK
	errRefused      = windows.WSAECONNREFUSED
	errInUse        = windows.WSAEADDRINUSE
	errNoAddress    = windows.WSAEADDRNOTAVAIL
	errNoFamily     = windows.WSAEAFNOSUPPORT
	errBadHandle    = windows.WSAENOTSOCK
	errNotListening = windows.WSAEINVAL
	errNoAccept     = windows.WSAEOPNOTSUPP
)

// poll reports whether h is readable or, if out is set, writable. It waits for
// that. Before Windows 10, version 2004, it did not see a refused connection.
func poll(h platform.Handle, out bool, timeout time.Duration) (bool, error) {
	fd := pollFD{s: windows.Handle(h), events: pollIn}
	if out {
		fd.events = pollOut
	}
	n, err := wsaPoll(&fd, 1, int32(timeout.Milliseconds()))
	return n == 1, err
}

func read(h platform.Handle, p []byte) (int, error) {
	buf := windows.WSABuf{Len: uint32(len(p)), Buf: &p[0]}
	var n, flags uint32
	err := windows.WSARecv(windows.Handle(h), &buf, 1, &n, &flags, nil, nil)
	return int(n), err
}

func write(h platform.Handle, p []byte) (int, error) {
	buf := windows.WSABuf{Len: uint32(len(p)), Buf: &p[0]}
	var n uint32
	err := windows.WSASend(windows.Handle(h), &buf, 1, &n, 0, nil, nil)
	return int(n), err
}

func noDelay(h platform.Handle) (int, error) {
	return windows.GetsockoptInt(windows.Handle(h), windows.IPPROTO_TCP, windows.TCP_NODELAY)
}

// checkInherit checks that a child does not inherit h.
func checkInherit(t *testing.T, h platform.Handle) {
	t.Helper()
	var flags uint32
	err := getHandleInformation(windows.Handle(h), &flags)
	if err != nil || flags&windows.HANDLE_FLAG_INHERIT != 0 {
		t.Errorf("flags %x, %v: inherited", flags, err)
	}
}

// Another program can't listen on the same address, whatever it asks for: with
// SO_REUSEADDR it could take the connections.
func TestExclusive(t *testing.T) {
	_, used := listen(t, "127.0.0.1:0")
	s, err := windows.Socket(windows.AF_INET, windows.SOCK_STREAM, windows.IPPROTO_TCP)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.Closesocket(s) }()
	if err := windows.SetsockoptInt(s, windows.SOL_SOCKET, windows.SO_REUSEADDR, 1); err != nil {
		t.Fatal(err)
	}
	err = windows.Bind(s, &windows.SockaddrInet4{Port: int(used.Port()), Addr: used.Addr().As4()})
	if err != windows.WSAEACCES && err != windows.WSAEADDRINUSE {
		t.Errorf("got %v, want that the address is denied", err)
	}
}

// peer is the port of a connection's other end.
func peer(h platform.Handle) (int, error) {
	sa, err := windows.Getpeername(windows.Handle(h))
	if err != nil {
		return 0, err
	}
	return sa.(*windows.SockaddrInet4).Port, nil
}
