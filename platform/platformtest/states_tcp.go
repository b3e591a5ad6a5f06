package platformtest

import "github.com/rouse-io/rouse/platform"

// tcpStates are the states of TCP sockets. A closed bit is final, so it must
// never be said of what can go on: a false one turns every retry into a busy
// loop, a missing one is only a delay.
var tcpStates = []state{
	{
		// It can still connect, though Linux says "hang up" of it.
		name:  "NeverConnected",
		make:  func(r *rig) (*sock, func()) { return r.tcp(), nil },
		never: final | priority | failed,
		asks:  allAsks,
	},
	{
		name: "Bound",
		make: func(r *rig) (*sock, func()) {
			s := r.tcp()
			s.bind()
			return s, nil
		},
		never: final | priority | failed,
	},
	{
		name: "Connecting",
		make: func(r *rig) (*sock, func()) {
			_, port := r.listener()
			s := r.tcp()
			return s, func() { s.connect(port) }
		},
		write: writable,
		never: final | priority | failed,
	},
	{
		// Closed bits are allowed: only Linux lets such a socket connect
		// again, and POSIX leaves it unspecified.
		name: "ConnectRefused",
		make: func(r *rig) (*sock, func()) {
			port := r.tcp().bind() // and nobody listens
			s := r.tcp()
			return s, func() {
				if err := connectLoopback(s.h, port); !inProgress(err) {
					r.Skipf("this system knows at once, and there is nothing to report: %v", err)
				}
			}
		},
		read:  readable | failed,
		write: writable | failed,
		never: priority,
	},
	{
		name:  "Connected",
		make:  tcpEnd(nil),
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name:  "Data",
		make:  tcpEnd(func(_, peer *sock) { peer.write("x") }),
		read:  readable,
		write: writable,
		never: final | priority | failed,
	},
	{
		name:  "PeerShutWrite",
		make:  tcpEnd(func(_, peer *sock) { peer.shutdown(shutWrite) }),
		read:  readable | readClosed,
		write: writable,
		never: writeClosed | priority | failed,
	},
	{
		name: "PeerShutWriteAfterData",
		make: tcpEnd(func(_, peer *sock) {
			peer.write("x")
			peer.shutdown(shutWrite)
		}),
		read:  readable,
		write: writable,
		never: writeClosed | priority | failed,
	},
	{
		name:  "PeerShutRead",
		make:  tcpEnd(func(_, peer *sock) { peer.shutdown(shutRead) }),
		write: writable,
		never: final | priority | failed,
	},
	{
		name:   "ShutRead",
		make:   tcpEnd(func(s, _ *sock) { s.shutdown(shutRead) }),
		read:   readable | readClosed,
		write:  writable,
		never:  writeClosed | priority | failed,
		differ: []difference{{system: "windows", why: "AFD tells of the peer's shutdown, not of one's own", write: writable}},
	},
	{
		// epoll does not tell of one's own; kqueue does.
		name:  "ShutWrite",
		make:  tcpEnd(func(s, _ *sock) { s.shutdown(shutWrite) }),
		write: writable,
		never: readable | readClosed | priority | failed,
	},
	{
		name: "BothShutWrite",
		make: tcpEnd(func(s, peer *sock) {
			s.shutdown(shutWrite)
			peer.shutdown(shutWrite)
		}),
		read:  readable | readClosed,
		write: writable,
		never: priority | failed,
	},
	{
		name:   "ShutBoth",
		make:   tcpEnd(func(s, _ *sock) { s.shutdown(shutBoth) }),
		read:   readable | readClosed,
		write:  writable,
		never:  priority | failed,
		differ: []difference{{system: "windows", why: "AFD tells of the peer's shutdown, not of one's own", write: writable}},
	},
	{
		name:  "PeerClosed",
		make:  tcpEnd(func(_, peer *sock) { peer.close() }),
		read:  readable | readClosed,
		write: writable,
		never: writeClosed | priority | failed,
	},
	{
		name: "PeerClosedAfterData",
		make: tcpEnd(func(_, peer *sock) {
			peer.write("x")
			peer.close()
		}),
		read:  readable,
		write: writable,
		never: writeClosed | priority | failed,
	},
	{
		name:  "PeerReset",
		make:  tcpEnd(func(_, peer *sock) { peer.reset() }),
		read:  readable | readClosed | failed,
		write: writable | failed,
		never: priority,
	},
	{
		// What it did not read makes a close a reset.
		name: "PeerClosedUnread",
		make: tcpEnd(func(s, peer *sock) {
			s.write("xx")
			peer.await(1)
			peer.close()
		}),
		read:   readable | failed,
		write:  writable | failed,
		never:  priority,
		differ: []difference{{system: "bsd", why: "the close is a close, and only a later write is reset", read: readable | readClosed, write: writable}},
	},
	{
		name:  "Urgent",
		make:  tcpEnd(func(_, peer *sock) { peer.need("send urgent", sendUrgent(peer.h, '!')) }),
		write: writable,
		prio:  priority,
		never: final | failed,
		asks:  priorityAsks,
	},
	{
		name: "Listening",
		make: func(r *rig) (*sock, func()) {
			s, _ := r.listener()
			return s, nil
		},
		never: platform.AllReady,
	},
	{
		name: "ConnectionWaits",
		make: func(r *rig) (*sock, func()) {
			s, port := r.listener()
			return s, func() { r.tcp().connect(port) }
		},
		read:  readable,
		never: final | priority | failed,
	},
}

// tcpEnd makes one end of a TCP connection, to which change happens.
func tcpEnd(change func(s, peer *sock)) func(r *rig) (*sock, func()) {
	return ends((*rig).tcpPair, change)
}

// ends makes one end of a pair, to which change happens.
func ends(pair func(r *rig) (*sock, *sock), change func(s, peer *sock)) func(r *rig) (*sock, func()) {
	return func(r *rig) (*sock, func()) {
		s, peer := pair(r)
		if change == nil {
			return s, nil
		}
		return s, func() { change(s, peer) }
	}
}
