//go:build unix || windows

package sock

import "strings"

// sockaddr is a for a system call on a socket of a family.
func (a Addr) sockaddr(f Family) sockaddr {
	switch {
	case !a.IsIP():
		return &sockaddrUnix{Name: a.Path}
	case f == Inet4:
		return &sockaddr4{Port: int(a.IP.Port()), Addr: a.IP.Addr().As4()}
	default:
		return &sockaddr6{Port: int(a.IP.Port()), Addr: a.IP.Addr().As16(), ZoneId: scope(a.IP.Addr())}
	}
}

// fits reports whether a socket of the family can name the address.
func (a Addr) fits(f Family) bool {
	switch f {
	case Unix:
		return !a.IsIP() && !strings.ContainsRune(strings.TrimPrefix(a.Path, "\x00"), 0)
	case Inet4:
		return a.IP.Addr().Is4() || a.IP.Addr().Is4In6()
	default:
		return a.IsIP()
	}
}

// addrOf is the address that a system call has given.
func addrOf(sa sockaddr) Addr {
	switch sa := sa.(type) {
	case *sockaddr4:
		return ip4(sa.Addr, sa.Port)
	case *sockaddr6:
		return ip6(sa.Addr, sa.ZoneId, sa.Port)
	case *sockaddrUnix:
		return Addr{Path: sa.Name}
	}
	return Addr{}
}
