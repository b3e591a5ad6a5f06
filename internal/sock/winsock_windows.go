package sock

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// What sockaddr.go takes from the system.
type (
	sockaddr     = windows.Sockaddr
	sockaddr4    = windows.SockaddrInet4
	sockaddr6    = windows.SockaddrInet6
	sockaddrUnix = windows.SockaddrUnix
)

// The calls that transfer, as package net's errors name them.
const (
	ReadCall     = "wsarecv"
	WriteCall    = "wsasend"
	RecvFromCall = "wsarecvfrom"
	SendToCall   = "wsasendto"
	AcceptCall   = "accept"
)

var (
	families = [...]int32{Inet4: windows.AF_INET, Inet6: windows.AF_INET6, Unix: windows.AF_UNIX}
	types    = [...]int32{Stream: windows.SOCK_STREAM, Datagram: windows.SOCK_DGRAM, SeqPacket: windows.SOCK_SEQPACKET}
)

// startup starts Winsock, once and for good.
var startup = sync.OnceValue(func() error {
	const version = 0x202
	var data windows.WSAData
	return os.NewSyscallError("wsastartup", windows.WSAStartup(version, &data))
})

// Open makes a socket.
func Open(f Family, t Type) (platform.Handle, error) {
	if err := startup(); err != nil {
		return platform.NoHandle, err
	}
	// On a handle that is not overlapped, Windows makes each operation wait for
	// the one before.
	const flags = windows.WSA_FLAG_OVERLAPPED | windows.WSA_FLAG_NO_HANDLE_INHERIT
	s, err := windows.WSASocket(families[f], types[t], 0, nil, 0, flags)
	if err != nil {
		return platform.NoHandle, os.NewSyscallError("wsasocket", err)
	}
	err = setNonblock(s)
	if err == nil && t == Datagram && f != Unix {
		err = ignoreUnreachable(s)
	}
	if err != nil {
		_ = windows.Closesocket(s)
		return platform.NoHandle, os.NewSyscallError("wsaioctl", err)
	}
	return platform.Handle(s), nil
}

// control is a WSAIoctl that sets a number.
func control(s windows.Handle, code, value uint32) error {
	n := uint32(0)
	return windows.WSAIoctl(s, code, (*byte)(unsafe.Pointer(&value)), uint32(unsafe.Sizeof(value)), nil, 0, &n, nil, 0)
}

func setNonblock(s windows.Handle) error { return control(s, fionbio, 1) }

// ignoreUnreachable keeps a datagram that reached nobody from failing a later
// read, which may be of another peer's. Not every Windows has both.
func ignoreUnreachable(s windows.Handle) error {
	for _, code := range []uint32{windows.SIO_UDP_CONNRESET, windows.SIO_UDP_NETRESET} {
		if err := control(s, code, 0); err != nil && !errors.Is(err, errors.ErrUnsupported) && err != windows.WSAEINVAL && err != windows.WSAEOPNOTSUPP {
			return err
		}
	}
	return nil
}

// IsErrno reports whether an error is a system's bare number.
func IsErrno(err error) bool {
	_, ok := err.(syscall.Errno) //nolint:errorlint // what wraps one is not bare
	return ok
}

// IsTaken reports whether an address can't be had because of another socket, so
// that it is no use to try another family. Denied is what Windows says of an
// address that belongs to a wildcard which is exclusive, or to nobody: it keeps
// ranges of ports for itself.
func IsTaken(err error) bool {
	return errors.Is(err, windows.WSAEADDRINUSE) || errors.Is(err, windows.WSAEACCES)
}

// IsUnavailable reports whether there was no address to connect from.
func IsUnavailable(err error) bool { return errors.Is(err, windows.WSAEADDRNOTAVAIL) }

// IsUnconnected reports whether a socket has no peer.
func IsUnconnected(err error) bool { return errors.Is(err, windows.WSAENOTCONN) }

// Bind gives a socket of the family its address.
func Bind(h platform.Handle, f Family, a Addr) error {
	if !a.fits(f) {
		return os.NewSyscallError("bind", windows.WSAEINVAL)
	}
	return os.NewSyscallError("bind", windows.Bind(windows.Handle(h), a.sockaddr(f)))
}

// StartListening lets connections come. The system keeps as many as it wants.
func StartListening(h platform.Handle) error {
	return os.NewSyscallError("listen", windows.Listen(windows.Handle(h), windows.SOMAXCONN))
}

// StartConnecting begins to connect, and reports whether that is done already.
// If not, [Err] says how it ended when the handle is writable or has an error.
func StartConnecting(h platform.Handle, f Family, a Addr) (done bool, err error) {
	if !a.fits(f) {
		return false, os.NewSyscallError("connect", windows.WSAEINVAL)
	}
	switch err := windows.Connect(windows.Handle(h), a.sockaddr(f)); err {
	case nil:
		return true, nil
	case windows.WSAEWOULDBLOCK:
		return false, nil
	default:
		return false, os.NewSyscallError("connect", err)
	}
}

// AcceptFrom takes the next connection of a listening handle, and its peer's
// address. It does not block, and passes over connections that were given up
// before they were taken. The error is a bare syscall.Errno,
// windows.WSAEWOULDBLOCK where there is no connection.
func AcceptFrom(h platform.Handle) (platform.Handle, Addr, error) {
	for {
		var raw windows.RawSockaddrAny
		size := int32(unsafe.Sizeof(raw))
		s, err := accept(windows.Handle(h), &raw, &size)
		switch err {
		case nil:
			return accepted(s, &raw)
		case windows.WSAECONNRESET:
		default:
			return platform.NoHandle, Addr{}, err
		}
	}
}

// accepted gives a connection what [Open] gives a socket. A child that is
// started before would inherit it only if it were told to: os/exec lists what
// its children get.
func accepted(s windows.Handle, raw *windows.RawSockaddrAny) (platform.Handle, Addr, error) {
	windows.CloseOnExec(s)
	if err := setNonblock(s); err != nil {
		_ = windows.Closesocket(s)
		return platform.NoHandle, Addr{}, err
	}
	return platform.Handle(s), decode(raw), nil
}

// decode is the address that the system has written.
func decode(raw *windows.RawSockaddrAny) Addr {
	sa, err := raw.Sockaddr()
	if err != nil {
		return Addr{} // of a family that is not known here
	}
	return addrOf(sa)
}

// Local is the address of a socket.
func Local(h platform.Handle) (Addr, error) {
	sa, err := windows.Getsockname(windows.Handle(h))
	return addrOf(sa), os.NewSyscallError("getsockname", err)
}

// Peer is the address that a socket is connected to.
func Peer(h platform.Handle) (Addr, error) {
	sa, err := windows.Getpeername(windows.Handle(h))
	return addrOf(sa), os.NewSyscallError("getpeername", err)
}

// CloseRead and CloseWrite shut one direction down.
func CloseRead(h platform.Handle) error {
	return os.NewSyscallError("shutdown", windows.Shutdown(windows.Handle(h), windows.SHUT_RD))
}

// CloseWrite tells the peer that there is no more to come.
func CloseWrite(h platform.Handle) error {
	return os.NewSyscallError("shutdown", windows.Shutdown(windows.Handle(h), windows.SHUT_WR))
}

// RecvFrom takes a datagram and says whose it is. As on Unix, what does not fit
// of it is lost, and that is no error. The error is a bare syscall.Errno.
func RecvFrom(h platform.Handle, p []byte) (int, Addr, error) {
	var raw windows.RawSockaddrAny
	size := int32(unsafe.Sizeof(raw))
	var n, flags uint32
	buf := buffer(p)
	err := windows.WSARecvFrom(windows.Handle(h), &buf, 1, &n, &flags, &raw, &size, nil, nil)
	switch err {
	case nil:
	case windows.WSAEMSGSIZE:
		n = buf.Len // and not what the call says, which is no success
	default:
		return 0, Addr{}, err
	}
	return int(n), decode(&raw), nil
}

// SendTo sends a datagram. The error is a bare syscall.Errno.
func SendTo(h platform.Handle, f Family, p []byte, a Addr) error {
	if !a.fits(f) {
		return windows.WSAEINVAL
	}
	// Not x/sys's WSASendto, whose pointer checkptr refuses.
	return windows.Sendto(windows.Handle(h), p, 0, a.sockaddr(f))
}

// buffer is p for Winsock.
func buffer(p []byte) windows.WSABuf {
	return windows.WSABuf{Len: uint32(min(len(p), 1<<30)), Buf: unsafe.SliceData(p)}
}

// Close closes a handle. Deregister it first.
func Close(h platform.Handle) error {
	return os.NewSyscallError("closesocket", windows.Closesocket(windows.Handle(h)))
}

// CloseLingering closes a handle, and may block.
func CloseLingering(h platform.Handle) error { return Close(h) }

// Set sets an option. Where the system has none such the error is
// errors.ErrUnsupported.
func Set(h platform.Handle, o Option, v int) error {
	opt, err := find(h, o)
	if err != nil {
		return err
	}
	return os.NewSyscallError("setsockopt", windows.SetsockoptInt(windows.Handle(h), opt.level, opt.name, v))
}

// Get returns an option, as Set sets it.
func Get(h platform.Handle, o Option) (int, error) {
	opt, err := find(h, o)
	if err != nil {
		return 0, err
	}
	v, err := windows.GetsockoptInt(windows.Handle(h), opt.level, opt.name)
	return v, os.NewSyscallError("getsockopt", err)
}

// SetLinger says how long closing waits for what is not sent yet, in seconds;
// below 0 it does not wait, and 0 throws it away.
func SetLinger(h platform.Handle, seconds int) error {
	var l windows.Linger
	if seconds >= 0 {
		l = windows.Linger{Onoff: 1, Linger: int32(seconds)}
	}
	return os.NewSyscallError("setsockopt", windows.SetsockoptLinger(windows.Handle(h), windows.SOL_SOCKET, windows.SO_LINGER, &l))
}

// Err takes the error that is pending on a socket, and is nil where there is
// none.
func Err(h platform.Handle) error {
	v, err := Get(h, Pending)
	switch {
	case err != nil:
		return err
	case v != 0:
		return os.NewSyscallError("connect", windows.Errno(v))
	}
	return nil
}
