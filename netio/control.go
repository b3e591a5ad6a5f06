package netio

import (
	"errors"
	"syscall"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
)

// A ControlFunc sets options of a socket that was made and is neither bound nor
// connected yet. Its error gives the socket up.
type ControlFunc func(network, address string, c syscall.RawConn) error

// open makes a socket for an address.
func (n network) open(f sock.Family, a sock.Addr, control ControlFunc) (reactor.Handle, error) {
	h, err := sock.Open(f, n.typ)
	if err != nil {
		return h, err
	}
	if n.typ == sock.Datagram && !n.isUnix {
		err = sock.SetBool(h, sock.Broadcast, true)
	}
	if err == nil && control != nil {
		name := n.name
		if !n.isUnix && n.only == sock.Unix {
			name += map[sock.Family]string{sock.Inet4: "4", sock.Inet6: "6"}[f]
		}
		err = control(name, netAddr(n.name, a).String(), bareConn(h))
	}
	if err != nil {
		_ = sock.Close(h)
		return h, err
	}
	return h, nil
}

// A bareConn is the syscall.RawConn of a handle that nobody else has yet.
type bareConn reactor.Handle

// Control calls f.
func (c bareConn) Control(f func(fd uintptr)) error { f(uintptr(c)); return nil }

// Read and Write have nothing to wait for.
func (bareConn) Read(func(fd uintptr) (done bool)) error  { return errors.ErrUnsupported }
func (bareConn) Write(func(fd uintptr) (done bool)) error { return errors.ErrUnsupported }
