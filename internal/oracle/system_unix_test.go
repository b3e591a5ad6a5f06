//go:build unix

package oracle

import (
	"runtime"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// knowsFresh: what the two say of a socket that is not connected is the same.
// Linux calls it hung up; what poll says elsewhere POSIX leaves open.
const knowsFresh = runtime.GOOS == "linux"

// deregistersFirst is false: a handle may be closed while it is registered.
const deregistersFirst = false

// has reports whether there are pairs of a kind.
func has(kind) bool { return true }

// hasEdges: edges are the kernel's own.
const hasEdges = true

// differs tells of ends about which the system's two answers differ. Here there
// are none.
func differs(*end) bool { return false }

// look asks poll(2) which directions of in would not block, and waits for one up
// to a timeout. Hang-up and errors come unasked, and concern both.
func look(h platform.Handle, in reactor.Interest, timeout time.Duration) (reactor.Interest, error) {
	fds := []unix.PollFd{{Fd: int32(h)}}
	if in&reactor.Readable != 0 {
		fds[0].Events |= unix.POLLIN
	}
	if in&reactor.Writable != 0 {
		fds[0].Events |= unix.POLLOUT
	}
	for until := time.Now().Add(timeout); ; {
		_, err := unix.Poll(fds, int(max(time.Until(until), 0).Milliseconds()))
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, err
		}
		break
	}
	is := fds[0].Revents
	if is&unix.POLLNVAL != 0 {
		return 0, unix.EBADF
	}
	var ready reactor.Interest
	if is&(unix.POLLIN|unix.POLLHUP|unix.POLLERR) != 0 {
		ready |= reactor.Readable
	}
	if is&(unix.POLLOUT|unix.POLLHUP|unix.POLLERR) != 0 {
		ready |= reactor.Writable
	}
	return ready & in, nil
}

// makeLocal makes a pair that has no address: the kinds that only Unix has.
func makeLocal(k kind) (a, b platform.Handle, err error) {
	var fds [2]int
	switch k {
	case stream:
		fds, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	case datagram:
		fds, err = unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM, 0)
	default:
		err = unix.Pipe(fds[:])
	}
	if err != nil {
		return platform.NoHandle, platform.NoHandle, err
	}
	for _, fd := range fds {
		unix.CloseOnExec(fd)
		if err := unix.SetNonblock(fd, true); err != nil {
			return platform.NoHandle, platform.NoHandle, err
		}
	}
	return platform.Handle(fds[0]), platform.Handle(fds[1]), nil
}

// handlesAreOurs: only the script opens and closes descriptors meanwhile.
const handlesAreOurs = true

// countHandles counts the descriptors that are open. The lowest that is free is
// always taken, so that a few are all.
func countHandles() (n int, err error) {
	for fd := range uintptr(512) {
		if _, err := unix.FcntlInt(fd, unix.F_GETFD, 0); err == nil {
			n++
		}
	}
	return n, nil
}
