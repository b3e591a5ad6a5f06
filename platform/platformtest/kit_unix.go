//go:build unix

package platformtest

import (
	"errors"
	"os"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// How to shut down a connection.
const (
	shutRead  = unix.SHUT_RD
	shutWrite = unix.SHUT_WR
	shutBoth  = unix.SHUT_RDWR
)

func emulator() string { return "" }

func openTCP() (platform.Handle, error) { return openSocket(unix.AF_INET, unix.SOCK_STREAM) }

func openUDP() (platform.Handle, error) { return openSocket(unix.AF_INET, unix.SOCK_DGRAM) }

func openSocket(family, kind int) (platform.Handle, error) {
	return nonBlocking(unix.Socket(family, kind, 0))
}

// nonBlocking makes a handle of a descriptor that was just opened.
func nonBlocking(fd int, err error) (platform.Handle, error) {
	if err != nil {
		return platform.NoHandle, err
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return platform.NoHandle, err
	}
	return platform.Handle(fd), nil
}

func loopback(port int) *unix.SockaddrInet4 {
	return &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}
}

func bindLoopback(h platform.Handle) (int, error) {
	if err := unix.Bind(int(h), loopback(0)); err != nil {
		return 0, err
	}
	addr, err := unix.Getsockname(int(h))
	if err != nil {
		return 0, err
	}
	return addr.(*unix.SockaddrInet4).Port, nil
}

func connectLoopback(h platform.Handle, port int) error { return unix.Connect(int(h), loopback(port)) }

func listen(h platform.Handle) error { return unix.Listen(int(h), unix.SOMAXCONN) }

func acceptHandle(h platform.Handle) (platform.Handle, error) {
	fd, _, err := unix.Accept(int(h))
	return nonBlocking(fd, err)
}

func readHandle(h platform.Handle, p []byte) (int, error) { return unix.Read(int(h), p) }

func writeHandle(h platform.Handle, p []byte) (int, error) { return unix.Write(int(h), p) }

func closeHandle(h platform.Handle) error { return unix.Close(int(h)) }

func shutdown(h platform.Handle, how int) error { return unix.Shutdown(int(h), how) }

func setLinger0(h platform.Handle) error {
	return unix.SetsockoptLinger(int(h), unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
}

func sendUrgent(h platform.Handle, b byte) error {
	return unix.Sendto(int(h), []byte{b}, unix.MSG_OOB, nil)
}

func wouldBlock(err error) bool { return err == unix.EAGAIN }

func inProgress(err error) bool { return err == unix.EINPROGRESS }

func isRefused(err error) bool { return err == unix.ECONNREFUSED }

// exhausted reports whether the process or the system has no more to give.
// ENOBUFS is what macOS and the BSDs say to a datagram, too, that finds a queue
// full.
func exhausted(err error) bool {
	return err == unix.EMFILE || err == unix.ENFILE || err == unix.ENOBUFS
}

// systemErrors returns the errors of which one must be found in an error of the
// given kind, or nil where the system need not have been asked.
func (s system) systemErrors(kind error) []error {
	switch {
	case errors.Is(kind, platform.ErrInvalid):
		return []error{unix.EINVAL}
	case s.hasTable:
		return nil
	case errors.Is(kind, platform.ErrExists):
		return []error{unix.EEXIST}
	case errors.Is(kind, platform.ErrNotFound):
		return []error{unix.ENOENT, unix.EBADF, unix.EPERM}
	case errors.Is(kind, platform.ErrNotPollable):
		return []error{unix.EPERM, unix.EBADF, unix.EINVAL}
	}
	return nil
}

// openDescriptors counts this process's descriptors.
func openDescriptors() (int, bool) {
	if descriptors != "" {
		names, err := os.ReadDir(descriptors)
		return len(names), err == nil
	}
	// The lowest that is free is always taken, so that a few are all.
	n := 0
	for fd := range uintptr(1 << 12) {
		if _, err := unix.FcntlInt(fd, unix.F_GETFD, 0); err == nil {
			n++
		}
	}
	return n, true
}

// pipe returns a pipe's reading and writing end.
func (r *rig) pipe() (reader, writer *sock) {
	r.Helper()
	var fds [2]int
	if err := unix.Pipe(fds[:]); err != nil {
		r.Fatalf("pipe: %v", err)
	}
	return r.own(nonBlocking(fds[0], nil)), r.own(nonBlocking(fds[1], nil))
}

// unixSocket opens an AF_UNIX socket.
func (r *rig) unixSocket(kind int) *sock {
	r.Helper()
	return r.own(openSocket(unix.AF_UNIX, kind))
}

// unixPair returns two AF_UNIX sockets that are connected to each other.
func (r *rig) unixPair(kind int) (*sock, *sock) {
	r.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, kind, 0)
	if err != nil {
		r.Skipf("no such pair of sockets: %v", err)
	}
	return r.own(nonBlocking(fds[0], nil)), r.own(nonBlocking(fds[1], nil))
}

// unixListener returns an AF_UNIX socket that listens, and its address.
func (r *rig) unixListener() (*sock, unix.Sockaddr) {
	r.Helper()
	// A path of its own is often too long for an address.
	r.Chdir(r.TempDir())
	s := r.unixSocket(unix.SOCK_STREAM)
	addr := &unix.SockaddrUnix{Name: "listener"}
	s.need("bind", unix.Bind(int(s.h), addr))
	s.need("listen", listen(s.h))
	return s, addr
}

// fifo makes a named pipe and returns its path.
func (r *rig) fifo() string {
	r.Helper()
	path := r.TempDir() + "/fifo"
	if err := unix.Mkfifo(path, 0o600); err != nil {
		r.Fatalf("mkfifo: %v", err)
	}
	return path
}

// openFIFO opens one end of a named pipe.
func (r *rig) openFIFO(path string, mode int) *sock {
	r.Helper()
	return r.own(nonBlocking(unix.Open(path, mode|unix.O_NONBLOCK, 0)))
}
