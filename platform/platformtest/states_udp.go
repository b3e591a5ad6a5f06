package platformtest

// udpStates are the states of UDP sockets. Nothing ever ends on them.
var udpStates = []state{
	{
		name:  "Unconnected",
		make:  func(r *rig) (*sock, func()) { return r.udp(), nil },
		write: writable,
		never: readable | final | priority | failed,
		asks:  allAsks,
	},
	{
		name:  "Connected",
		make:  ends((*rig).udpPair, nil),
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name:  "Datagram",
		make:  ends((*rig).udpPair, func(_, peer *sock) { peer.write("x") }),
		read:  readable,
		write: writable,
		never: final | priority | failed,
	},
	{
		// A datagram of no bytes is one, and is not the end.
		name:  "EmptyDatagram",
		make:  ends((*rig).udpPair, func(_, peer *sock) { peer.write("") }),
		read:  readable,
		write: writable,
		never: final | priority | failed,
		differ: []difference{
			{system: "darwin", why: "macOS 10.15 does not tell of it (nodejs/node#30030)", write: writable},
		},
	},
	{
		name:  "PeerClosed",
		make:  ends((*rig).udpPair, func(_, peer *sock) { peer.close() }),
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		// An error is pending, but the next send succeeds.
		name: "Refused",
		make: ends((*rig).udpPair, func(s, peer *sock) {
			peer.close()
			s.write("x")
		}),
		read:  failed,
		write: writable | failed,
		never: final | priority,
		differ: []difference{
			{system: "bsd", why: "the next call fails, and kqueue calls that ready, without an error", read: readable, write: writable},
			{system: "windows", why: "the next receive fails, and AFD calls that readable", read: readable, write: writable},
			{system: "wine", why: "it takes the refusal for the send's", write: writable},
		},
	},
}
