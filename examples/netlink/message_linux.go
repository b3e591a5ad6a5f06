package main

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"os"
	"syscall"
	"unsafe"

	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// open makes a netlink socket that hears of the groups.
func open(groups uint32) (reactor.Handle, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		_ = unix.Close(fd)
		return 0, os.NewSyscallError("bind", err)
	}
	return reactor.Handle(fd), nil
}

// question asks for everything of a kind.
func question(kind uint16) []byte {
	const size = unix.SizeofNlMsghdr + unix.SizeofRtGenmsg
	q := make([]byte, 0, size)
	q = binary.NativeEndian.AppendUint32(q, size)
	q = binary.NativeEndian.AppendUint16(q, kind)
	q = binary.NativeEndian.AppendUint16(q, unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	q = binary.NativeEndian.AppendUint32(q, 1) // sequence
	q = binary.NativeEndian.AppendUint32(q, 0) // from whom the kernel knows
	return append(q, unix.AF_UNSPEC)
}

// parse tells what is in a datagram, and reports whether it ends an answer.
func (s *socket) parse(p []byte) (done bool, err error) {
	messages, err := syscall.ParseNetlinkMessage(p)
	if err != nil {
		return false, os.NewSyscallError("recv", err)
	}
	for i := range messages {
		m := &messages[i]
		switch m.Header.Type {
		case unix.NLMSG_DONE:
			done = true
		case unix.NLMSG_ERROR:
			if len(m.Data) >= 4 {
				if code := int32(binary.NativeEndian.Uint32(m.Data)); code != 0 {
					return false, os.NewSyscallError("rtnetlink", unix.Errno(-code))
				}
			}
		case unix.RTM_NEWLINK, unix.RTM_DELLINK:
			s.link(m)
		case unix.RTM_NEWADDR, unix.RTM_DELADDR:
			s.address(m)
		}
	}
	return done, nil
}

// link tells of an interface.
func (s *socket) link(m *syscall.NetlinkMessage) {
	attributes, err := syscall.ParseNetlinkRouteAttr(m)
	if err != nil || len(m.Data) < unix.SizeofIfInfomsg {
		return // of a form that is not known
	}
	info := (*unix.IfInfomsg)(unsafe.Pointer(unsafe.SliceData(m.Data)))
	e := event{gone: m.Header.Type == unix.RTM_DELLINK, index: int(info.Index), up: info.Flags&unix.IFF_UP != 0}
	for _, a := range attributes {
		if a.Attr.Type == unix.IFLA_IFNAME {
			e.name = string(bytes.TrimRight(a.Value, "\x00"))
		}
	}
	s.names[e.index] = e.name
	if e.gone {
		delete(s.names, e.index)
	}
	s.tell(e)
}

// address tells of an address.
func (s *socket) address(m *syscall.NetlinkMessage) {
	attributes, err := syscall.ParseNetlinkRouteAttr(m)
	if err != nil || len(m.Data) < unix.SizeofIfAddrmsg {
		return
	}
	info := (*unix.IfAddrmsg)(unsafe.Pointer(unsafe.SliceData(m.Data)))
	e := event{gone: m.Header.Type == unix.RTM_DELADDR, index: int(info.Index), name: s.names[int(info.Index)]}
	for _, a := range attributes {
		ip, ok := netip.AddrFromSlice(a.Value)
		// The own end of a point-to-point link is its local address; elsewhere both
		// are the same, and IPv6 has no local one: rtnetlink(7).
		if ok && (a.Attr.Type == unix.IFA_LOCAL || a.Attr.Type == unix.IFA_ADDRESS && !e.address.IsValid()) {
			e.address = netip.PrefixFrom(ip, int(info.Prefixlen))
		}
	}
	s.tell(e)
}
