package oracle

import (
	"net/netip"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// loopback is an address that leaves the port to the system.
const loopback = "127.0.0.1:0"

// makePair makes two ends that are connected to each other.
func makePair(k kind, patience time.Duration) (a, b platform.Handle, err error) {
	switch k {
	case tcp:
		return makeTCP(patience)
	case udp:
		return makeUDP()
	default:
		return makeLocal(k)
	}
}

func makeTCP(patience time.Duration) (a, b platform.Handle, err error) {
	l, addr, err := sock.Listen(loopback)
	if err != nil {
		return platform.NoHandle, platform.NoHandle, err
	}
	defer func() { _ = sock.Close(l) }()
	if a, err = sock.Connect(addr); err != nil {
		return platform.NoHandle, platform.NoHandle, err
	}
	if _, err = look(l, reactor.Readable, patience); err == nil {
		b, err = sock.Accept(l)
	}
	if err == nil {
		// What is not connected yet is not what a pair is.
		_, err = look(a, reactor.Writable, patience)
	}
	return a, b, err
}

func makeUDP() (a, b platform.Handle, err error) {
	var ends [2]platform.Handle
	var addrs [2]sock.Addr
	for i := range ends {
		if ends[i], err = sock.Open(sock.Inet4, sock.Datagram); err != nil {
			return platform.NoHandle, platform.NoHandle, err
		}
		err = sock.Bind(ends[i], sock.Inet4, sock.Addr{IP: netip.MustParseAddrPort(loopback)})
		if err == nil {
			addrs[i], err = sock.Local(ends[i])
		}
		if err != nil {
			return platform.NoHandle, platform.NoHandle, err
		}
	}
	for i, h := range ends {
		if _, err = sock.StartConnecting(h, sock.Inet4, addrs[1-i]); err != nil {
			return platform.NoHandle, platform.NoHandle, err
		}
	}
	return ends[0], ends[1], nil
}
