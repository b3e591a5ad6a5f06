//go:build linux && !race && !msan && !asan

package sock

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls in this file can't block on a non-blocking socket that does not
// linger, so they are made without telling Go's scheduler, which would wake the
// runtime's monitor thread in a program that was idle.

func acceptFrom(listener int) (int, Addr, error) {
	var raw unix.RawSockaddrAny
	size := uint32(unix.SizeofSockaddrAny)
	fd, _, errno := unix.RawSyscall6(unix.SYS_ACCEPT4, uintptr(listener), uintptr(unsafe.Pointer(&raw)), uintptr(unsafe.Pointer(&size)),
		unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0, 0)
	if errno != 0 {
		return -1, Addr{}, errno
	}
	return int(fd), decode(&raw, size), nil
}

func local(fd int) (Addr, error) {
	var raw unix.RawSockaddrAny
	size := uint32(unix.SizeofSockaddrAny)
	_, _, errno := unix.RawSyscall(unix.SYS_GETSOCKNAME, uintptr(fd), uintptr(unsafe.Pointer(&raw)), uintptr(unsafe.Pointer(&size)))
	if errno != 0 {
		return Addr{}, errno
	}
	return decode(&raw, size), nil
}

func recvFrom(fd int, p []byte) (int, Addr, error) {
	var raw unix.RawSockaddrAny
	size := uint32(unix.SizeofSockaddrAny)
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(base(p)), uintptr(len(p)), 0,
		uintptr(unsafe.Pointer(&raw)), uintptr(unsafe.Pointer(&size)))
	if errno != 0 {
		return 0, Addr{}, errno
	}
	return int(n), decode(&raw, size), nil
}

func sendTo(fd int, f Family, p []byte, a Addr) error {
	var raw unix.RawSockaddrInet6 // has room for the other, too
	size := unix.SizeofSockaddrInet6
	switch f {
	case Unix:
		return unix.Sendto(fd, p, 0, a.sockaddr(f))
	case Inet4:
		size = unix.SizeofSockaddrInet4
		raw4 := (*unix.RawSockaddrInet4)(unsafe.Pointer(&raw))
		raw4.Family, raw4.Port, raw4.Addr = unix.AF_INET, network(a.IP.Port()), a.IP.Addr().As4()
	default:
		raw.Family, raw.Port, raw.Addr = unix.AF_INET6, network(a.IP.Port()), a.IP.Addr().As16()
		raw.Scope_id = scope(a.IP.Addr())
	}
	_, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(base(p)), uintptr(len(p)), 0, uintptr(unsafe.Pointer(&raw)), uintptr(size))
	if errno != 0 {
		return errno
	}
	return nil
}

// decode is the address that the kernel has written.
func decode(raw *unix.RawSockaddrAny, size uint32) Addr {
	switch raw.Addr.Family {
	case unix.AF_INET:
		in := (*unix.RawSockaddrInet4)(unsafe.Pointer(raw))
		return ip4(in.Addr, int(network(in.Port)))
	case unix.AF_INET6:
		in := (*unix.RawSockaddrInet6)(unsafe.Pointer(raw))
		return ip6(in.Addr, in.Scope_id, int(network(in.Port)))
	case unix.AF_UNIX:
		un := (*unix.RawSockaddrUnix)(unsafe.Pointer(raw))
		name := make([]byte, 0, len(un.Path))
		for _, c := range un.Path[:max(int(size)-int(unsafe.Offsetof(un.Path)), 0)] {
			name = append(name, byte(c))
		}
		switch {
		case len(name) == 0:
			name = append(name, '@') // it is not bound; x/sys and package syscall say so
		case name[0] == 0:
			name[0] = '@'
		case name[len(name)-1] == 0:
			name = name[:len(name)-1]
		}
		return Addr{Path: string(name)}
	}
	return Addr{}
}

// network is a port in the order of the network's bytes, or back.
func network(port uint16) uint16 {
	var b [2]byte
	binary.BigEndian.PutUint16(b[:], port)
	return binary.NativeEndian.Uint16(b[:])
}

// base is where p begins; the kernel refuses a nil address.
func base(p []byte) unsafe.Pointer {
	if len(p) == 0 {
		return unsafe.Pointer(&nothing)
	}
	return unsafe.Pointer(unsafe.SliceData(p))
}

var nothing byte

func closeSocket(fd int) error {
	if _, _, errno := unix.RawSyscall(unix.SYS_CLOSE, uintptr(fd), 0, 0); errno != 0 {
		return errno
	}
	return nil
}

func setOption(fd, level, name, value int) error {
	v := int32(value)
	if _, _, errno := unix.RawSyscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(name), uintptr(unsafe.Pointer(&v)), unsafe.Sizeof(v), 0); errno != 0 {
		return errno
	}
	return nil
}
