package platformtest

import "golang.org/x/sys/unix"

// linuxSocketStates are what other systems do not have, or do not let happen.
var linuxSocketStates = []state{
	{
		// It does not listen any more, and can listen again: not closed. An
		// accept fails at once, so it is readable.
		name: "ListenerShut",
		make: func(r *rig) (*sock, func()) {
			s, _ := r.listener()
			return s, func() { s.shutdown(shutBoth) }
		},
		read:  readable,
		never: final | priority | failed,
	},
	{
		name: "UnixListenerShut",
		make: func(r *rig) (*sock, func()) {
			s, _ := r.unixListener()
			return s, func() { s.shutdown(shutBoth) }
		},
		read:  readable,
		never: priority | failed,
	},
	{
		name:  "SeqpacketNeverConnected",
		make:  func(r *rig) (*sock, func()) { return r.unixSocket(unix.SOCK_SEQPACKET), nil },
		never: final | priority | failed,
	},
	{
		name:  "SeqpacketPeerClosed",
		make:  seqpacketEnd(func(_, peer *sock) { peer.close() }),
		read:  readable | readClosed,
		write: writable,
		never: priority | failed,
	},
	{
		name:  "SeqpacketPeerShutWrite",
		make:  seqpacketEnd(func(_, peer *sock) { peer.shutdown(shutWrite) }),
		read:  readable | readClosed,
		write: writable,
		never: writeClosed | priority | failed,
	},
	{
		name: "StreamPeerClosedUnread",
		make: streamEnd(func(s, peer *sock) {
			s.write("x")
			peer.close()
		}),
		read:  readable | readClosed | failed,
		write: writable | failed,
		never: priority,
	},
	{
		// Nobody listens on the other side yet.
		name:  "Netlink",
		make:  func(r *rig) (*sock, func()) { return r.own(openSocket(unix.AF_NETLINK, unix.SOCK_RAW)), nil },
		write: writable,
		never: readable | final | priority | failed,
	},
}

// seqpacketEnd makes one of two connected AF_UNIX seqpacket sockets, to which
// change happens.
func seqpacketEnd(change func(s, peer *sock)) func(r *rig) (*sock, func()) {
	return ends(func(r *rig) (*sock, *sock) { return r.unixPair(unix.SOCK_SEQPACKET) }, change)
}
