//go:build unix

package reactor_test

import (
	"syscall"
	"testing"

	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// fragile reports whether the system can't take all that is asked of it.
func fragile() bool { return false }

// badHandle is what an operation on no handle says.
const badHandle = unix.EBADF

// socketPair returns two connected, non-blocking stream sockets.
func socketPair(t testing.TB) (reactor.Handle, reactor.Handle) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			t.Fatal(err)
		}
	}
	return reactor.Handle(fds[0]), reactor.Handle(fds[1])
}

func closeHandle(t testing.TB, h reactor.Handle) {
	t.Helper()
	if err := unix.Close(int(h)); err != nil {
		t.Errorf("close %d: %v", h, err)
	}
}

func shutdownWrite(h reactor.Handle) error { return unix.Shutdown(int(h), unix.SHUT_WR) }
