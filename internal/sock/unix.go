//go:build unix

package sock

import (
	"errors"
	"math"
	"os"
	"syscall"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// What sockaddr.go takes from the system.
type (
	sockaddr     = unix.Sockaddr
	sockaddr4    = unix.SockaddrInet4
	sockaddr6    = unix.SockaddrInet6
	sockaddrUnix = unix.SockaddrUnix
)

// The system calls that transfer, as errors name them.
const (
	ReadCall     = "read"
	WriteCall    = "write"
	RecvFromCall = "recvfrom"
	SendToCall   = "sendto"
)

var (
	families = [...]int{Inet4: unix.AF_INET, Inet6: unix.AF_INET6, Unix: unix.AF_UNIX}
	types    = [...]int{Stream: unix.SOCK_STREAM, Datagram: unix.SOCK_DGRAM, SeqPacket: unix.SOCK_SEQPACKET}
)

// number is h as a descriptor, which no system call finds where h is none.
func number(h platform.Handle) int {
	if h > math.MaxInt32 {
		return -1
	}
	return int(h)
}

// Open makes a socket.
func Open(f Family, t Type) (platform.Handle, error) {
	fd, err := socket(families[f], types[t])
	if err != nil {
		return platform.NoHandle, os.NewSyscallError("socket", err)
	}
	return platform.Handle(fd), nil
}

// IsErrno reports whether an error is a system's bare number.
func IsErrno(err error) bool {
	_, ok := err.(syscall.Errno) //nolint:errorlint // what wraps one is not bare
	return ok
}

// IsTaken reports whether an address can't be had because of another socket, or
// of who asks, so that it is no use to try another family.
func IsTaken(err error) bool {
	return errors.Is(err, unix.EADDRINUSE) || errors.Is(err, os.ErrPermission)
}

// IsUnavailable reports whether there was no address to connect from.
func IsUnavailable(err error) bool { return errors.Is(err, unix.EADDRNOTAVAIL) }

// IsUnconnected reports whether a socket has no peer.
func IsUnconnected(err error) bool { return errors.Is(err, unix.ENOTCONN) }

// Bind gives a socket of the family its address.
func Bind(h platform.Handle, f Family, a Addr) error {
	if !a.fits(f) {
		return os.NewSyscallError("bind", unix.EINVAL)
	}
	return os.NewSyscallError("bind", unix.Bind(number(h), a.sockaddr(f)))
}

// StartListening lets connections come. The kernel keeps as many as it wants.
func StartListening(h platform.Handle) error {
	return os.NewSyscallError("listen", unix.Listen(number(h), unix.SOMAXCONN))
}

// StartConnecting begins to connect, and reports whether that is done already.
// If not, [Err] says how it ended when the handle is writable or has an error.
func StartConnecting(h platform.Handle, f Family, a Addr) (done bool, err error) {
	if !a.fits(f) {
		return false, os.NewSyscallError("connect", unix.EINVAL)
	}
	// An interrupted connect goes on by itself, as one in progress does.
	switch err := unix.Connect(number(h), a.sockaddr(f)); err {
	case nil, unix.EISCONN:
		return true, nil
	case unix.EINPROGRESS, unix.EALREADY, unix.EINTR:
		return false, nil
	default:
		return false, os.NewSyscallError("connect", err)
	}
}

// AcceptFrom takes the next connection of a listening handle, and its peer's
// address. It does not block, and passes over connections that were given up
// before they were taken. The error is a bare unix.Errno, unix.EAGAIN where
// there is no connection.
func AcceptFrom(h platform.Handle) (platform.Handle, Addr, error) {
	for {
		fd, a, err := acceptFrom(number(h))
		switch err {
		case nil:
			return platform.Handle(fd), a, nil
		case unix.EINTR, unix.ECONNABORTED:
		default:
			return platform.NoHandle, Addr{}, err
		}
	}
}

// Local is the address of a socket.
func Local(h platform.Handle) (Addr, error) {
	a, err := local(number(h))
	return a, os.NewSyscallError("getsockname", err)
}

// Peer is the address that a socket is connected to.
func Peer(h platform.Handle) (Addr, error) {
	sa, err := unix.Getpeername(number(h))
	return addrOf(sa), os.NewSyscallError("getpeername", err)
}

// CloseRead and CloseWrite shut one direction down.
func CloseRead(h platform.Handle) error {
	return os.NewSyscallError("shutdown", unix.Shutdown(number(h), unix.SHUT_RD))
}

// CloseWrite tells the peer that there is no more to come.
func CloseWrite(h platform.Handle) error {
	return os.NewSyscallError("shutdown", unix.Shutdown(number(h), unix.SHUT_WR))
}

// RecvFrom takes a datagram and says whose it is; what does not fit of it is
// lost. The error is a bare unix.Errno.
func RecvFrom(h platform.Handle, p []byte) (int, Addr, error) {
	for {
		n, a, err := recvFrom(number(h), p)
		if err != unix.EINTR {
			return max(n, 0), a, err
		}
	}
}

// SendTo sends a datagram. The error is a bare unix.Errno.
func SendTo(h platform.Handle, f Family, p []byte, a Addr) error {
	if !a.fits(f) {
		return unix.EINVAL
	}
	for {
		err := sendTo(number(h), f, p, a)
		if err != unix.EINTR {
			return err
		}
	}
}

// Close closes a handle that does not linger. Deregister it first.
func Close(h platform.Handle) error {
	return os.NewSyscallError("close", closeSocket(number(h)))
}

// CloseLingering closes a handle, and may block.
func CloseLingering(h platform.Handle) error {
	return os.NewSyscallError("close", unix.Close(number(h)))
}

// Set sets an option. Where the system has none such the error is
// errors.ErrUnsupported.
func Set(h platform.Handle, o Option, v int) error {
	opt, err := find(h, o)
	if err != nil {
		return err
	}
	return os.NewSyscallError("setsockopt", setOption(number(h), opt.level, opt.name, v))
}

// Get returns an option, as Set sets it.
func Get(h platform.Handle, o Option) (int, error) {
	opt, err := find(h, o)
	if err != nil {
		return 0, err
	}
	v, err := unix.GetsockoptInt(number(h), opt.level, opt.name)
	return v, os.NewSyscallError("getsockopt", err)
}

// SetLinger says how long closing waits for what is not sent yet, in seconds;
// below 0 it does not wait, and 0 throws it away.
func SetLinger(h platform.Handle, seconds int) error {
	var l unix.Linger
	if seconds >= 0 {
		l = unix.Linger{Onoff: 1, Linger: int32(seconds)}
	}
	return os.NewSyscallError("setsockopt", unix.SetsockoptLinger(number(h), unix.SOL_SOCKET, unix.SO_LINGER, &l))
}

// Err takes the error that is pending on a socket, and is nil where there is
// none.
func Err(h platform.Handle) error {
	v, err := Get(h, Pending)
	switch {
	case err != nil:
		return err
	case v != 0:
		return os.NewSyscallError("connect", unix.Errno(v))
	}
	return nil
}
