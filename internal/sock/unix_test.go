//go:build unix

package sock_test

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// What this system says.
const (
	errWouldBlock   = unix.EAGAIN
	errRefused      = unix.ECONNREFUSED
	errInUse        = unix.EADDRINUSE
	errNoAddress    = unix.EADDRNOTAVAIL
	errNoFamily     = unix.EAFNOSUPPORT
	errBadHandle    = unix.EBADF
	errNotListening = unix.EINVAL
	errNoAccept     = unix.EOPNOTSUPP
)

// poll reports whether h is readable or, if out is set, writable. It waits for
// that.
func poll(h platform.Handle, out bool, timeout time.Duration) (bool, error) {
	fds := []unix.PollFd{{Fd: int32(h), Events: unix.POLLIN}}
	if out {
		fds[0].Events = unix.POLLOUT
	}
	n, err := unix.Poll(fds, int(timeout.Milliseconds()))
	if err == unix.EINTR {
		return false, nil
	}
	return n == 1, err
}

func read(h platform.Handle, p []byte) (int, error) {
	n, err := unix.Read(int(h), p)
	return max(n, 0), err
}

func write(h platform.Handle, p []byte) (int, error) { return unix.Write(int(h), p) }

func noDelay(h platform.Handle) (int, error) {
	return unix.GetsockoptInt(int(h), unix.IPPROTO_TCP, unix.TCP_NODELAY)
}

// checkInherit checks that a child does not inherit h.
func checkInherit(t *testing.T, h platform.Handle) {
	t.Helper()
	flags, err := unix.FcntlInt(uintptr(h), unix.F_GETFD, 0)
	if err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("flags %x, %v: not closed on exec", flags, err)
	}
}

// peer is the port of a connection's other end.
func peer(h platform.Handle) (int, error) {
	sa, err := unix.Getpeername(int(h))
	if err != nil {
		return 0, err
	}
	return sa.(*unix.SockaddrInet4).Port, nil
}
