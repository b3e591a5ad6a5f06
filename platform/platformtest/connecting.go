package platformtest

import "github.com/rouse-io/rouse/platform"

var connecting = []behaviour{
	{"AfterAdd", connectAfterAdd},
	{"AfterRefusal", connectAfterRefusal},
	{"Accept", connectAccept},
}

// A socket that connects after it was added is reported like any other: first
// writable, then readable, and closed only when the peer goes.
func connectAfterAdd(r *rig) {
	for _, in := range []platform.Interest{platform.Readable, platform.Readable | platform.Writable} {
		for _, m := range []platform.Mode{platform.Edge, platform.Level} {
			l, port := r.listener()
			s := r.tcp()
			r.never[1] = final | failed
			r.add(s, 1, in, m)
			r.collect(0)
			s.connect(port)
			if in&platform.Writable != 0 {
				clear(r.got)
				r.await(1, writable)
			}
			peer := l.accept()
			s.drain() // what was reported before the connection came about
			r.rearm(s, 1, platform.Readable)
			r.collect(0)
			clear(r.got)
			peer.write("x")
			r.await(1, readable)
			s.drain()
			r.rearm(s, 1, platform.Readable)
			r.never[1] = failed
			peer.close()
			r.await(1, readable|readClosed)
			r.delete(s)
		}
	}
}

// A connected UDP socket goes on working after a refusal.
func connectAfterRefusal(r *rig) {
	if emulator() == "wine" {
		r.Skip("wine differs: a poll that is pending at a refusal, or made after it, ends with no datagram")
	}
	for _, in := range []platform.Interest{platform.Readable, platform.Readable | platform.Writable} {
		s, peer := r.udp(), r.udp()
		sp, pp := s.bind(), peer.bind()
		s.connect(pp)
		r.never[1] = final
		r.add(s, 1, in, platform.Edge)
		r.collect(0)
		clear(r.got)
		peer.close()
		s.write("x")
		r.await(1, 0)
		s.drain() // takes the error
		s.drain()
		r.rearm(s, 1, in)

		again := r.udp()
		port := again.bind()
		again.connect(sp)
		s.connect(port)
		r.collect(0)
		clear(r.got)
		again.write("y")
		r.await(1, readable)
		s.await(1)
		r.delete(s)
	}
}

// A listener reports each arrival, and nothing when all were accepted.
func connectAccept(r *rig) {
	l, port := r.listener()
	r.never[1] = final | failed
	r.add(l, 1, platform.Readable, platform.Edge)
	r.quiet()
	for range 3 {
		r.tcp().connect(port)
		r.await(1, readable)
		l.accept()
		r.rearm(l, 1, platform.Readable)
		r.quiet()
	}
}
