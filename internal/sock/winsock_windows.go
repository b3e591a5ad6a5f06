package sock

import (
	"errors"
	"net/netip"
	"os"
	"sync"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// What addr.go takes from the system.
type (
	address  = windows.Sockaddr
	address4 = windows.SockaddrInet4
	address6 = windows.SockaddrInet6
)

const (
	inet4 = windows.AF_INET
	inet6 = windows.AF_INET6
)

// startup starts Winsock, once and for good.
var startup = sync.OnceValue(func() error {
	const version = 0x202
	var data windows.WSAData
	return os.NewSyscallError("wsastartup", windows.WSAStartup(version, &data))
})

// open makes a stream socket.
func open(family int) (windows.Handle, error) {
	if err := startup(); err != nil {
		return windows.InvalidHandle, err
	}
	// On a handle that is not overlapped, Windows makes each operation wait for
	// the one before.
	const flags = windows.WSA_FLAG_OVERLAPPED | windows.WSA_FLAG_NO_HANDLE_INHERIT
	s, err := windows.WSASocket(int32(family), windows.SOCK_STREAM, windows.IPPROTO_TCP, nil, 0, flags)
	if err != nil {
		return windows.InvalidHandle, os.NewSyscallError("wsasocket", err)
	}
	if err := setNonblock(s); err != nil {
		_ = windows.Closesocket(s)
		return windows.InvalidHandle, os.NewSyscallError("wsaioctl", err)
	}
	return s, nil
}

func setNonblock(s windows.Handle) error {
	on, n := uint32(1), uint32(0)
	return windows.WSAIoctl(s, fionbio, (*byte)(unsafe.Pointer(&on)), uint32(unsafe.Sizeof(on)), nil, 0, &n, nil, 0)
}

// taken reports whether an address can't be had because of another socket, so
// that it is no use to try another family. Denied is what Windows says of an
// address that belongs to a wildcard which is exclusive, or to nobody: it keeps
// ranges of ports for itself.
func taken(err error) bool {
	return errors.Is(err, windows.WSAEADDRINUSE) || errors.Is(err, windows.WSAEACCES)
}

// listen listens on one address. An IPv6 wildcard takes IPv4 too if both is set.
func listen(ap netip.AddrPort, both bool) (h platform.Handle, bound netip.AddrPort, err error) {
	s, err := open(family(ap.Addr()))
	if err != nil {
		return platform.NoHandle, bound, err
	}
	defer func() {
		if err != nil {
			_ = windows.Closesocket(s)
			h = platform.NoHandle
		}
	}()
	// Not SO_REUSEADDR: with that, Windows lets another program listen on the same
	// address and take the connections. This forbids it. And a port whose old
	// connections linger can be had without any option.
	if err = windows.SetsockoptInt(s, windows.SOL_SOCKET, soExclusiveAddrUse, 1); err != nil {
		return h, bound, os.NewSyscallError("setsockopt", err)
	}
	if ap.Addr().Is6() {
		only := 1
		if both {
			only = 0
		}
		if err = windows.SetsockoptInt(s, windows.IPPROTO_IPV6, windows.IPV6_V6ONLY, only); err != nil {
			return h, bound, os.NewSyscallError("setsockopt", err)
		}
	}
	if err = windows.Bind(s, sockaddr(ap)); err != nil {
		return h, bound, os.NewSyscallError("bind", err)
	}
	if err = windows.Listen(s, windows.SOMAXCONN); err != nil {
		return h, bound, os.NewSyscallError("listen", err)
	}
	sa, err := windows.Getsockname(s)
	if err != nil {
		return h, bound, os.NewSyscallError("getsockname", err)
	}
	return platform.Handle(s), addrPort(sa), nil
}

// Connect begins to connect to addr. When the handle is writable or has an
// error, [Err] says how it ended.
func Connect(addr netip.AddrPort) (platform.Handle, error) {
	s, err := open(family(addr.Addr()))
	if err != nil {
		return platform.NoHandle, err
	}
	switch err := windows.Connect(s, sockaddr(addr)); err {
	case windows.WSAEWOULDBLOCK, nil:
		return platform.Handle(s), nil
	default:
		_ = windows.Closesocket(s)
		return platform.NoHandle, os.NewSyscallError("connect", err)
	}
}

// Accept takes the next connection of a listening handle. It does not block,
// and passes over connections that were given up before they were taken. The
// error is a bare syscall.Errno, windows.WSAEWOULDBLOCK where there is no
// connection.
func Accept(h platform.Handle) (platform.Handle, error) {
	for {
		s, err := accept(windows.Handle(h), nil, nil)
		switch err {
		case nil:
			return accepted(s)
		case windows.WSAECONNRESET:
		default:
			return platform.NoHandle, err
		}
	}
}

// accepted gives a connection what [open] gives a socket. A child that is
// started before would inherit it only if it were told to: os/exec lists what
// its children get.
func accepted(s windows.Handle) (platform.Handle, error) {
	windows.CloseOnExec(s)
	if err := setNonblock(s); err != nil {
		_ = windows.Closesocket(s)
		return platform.NoHandle, err
	}
	return platform.Handle(s), nil
}

// Close closes a handle. Deregister it first.
func Close(h platform.Handle) error {
	return os.NewSyscallError("closesocket", windows.Closesocket(windows.Handle(h)))
}

// SetNoDelay says whether small writes are sent at once (TCP_NODELAY).
func SetNoDelay(h platform.Handle, on bool) error {
	v := 0
	if on {
		v = 1
	}
	return os.NewSyscallError("setsockopt", windows.SetsockoptInt(windows.Handle(h), windows.IPPROTO_TCP, windows.TCP_NODELAY, v))
}

// Err takes the error that is pending on a socket, and is nil where there is
// none.
func Err(h platform.Handle) error {
	v, err := windows.GetsockoptInt(windows.Handle(h), windows.SOL_SOCKET, soError)
	switch {
	case err != nil:
		return os.NewSyscallError("getsockopt", err)
	case v != 0:
		return os.NewSyscallError("connect", windows.Errno(v))
	}
	return nil
}
