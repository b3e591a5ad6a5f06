package platformtest

import "github.com/rouse-io/rouse/platform"

var tokens = []behaviour{
	{"RoundTrip", tokenRoundTrip},
	{"Together", tokenTogether},
}

// everyToken has values that a carrier of 32 bits, of signed ones, of pointers
// or of halves in the wrong order would spoil.
var everyToken = []platform.Token{
	0, 1, 2, 0x7fff_ffff, 1 << 31, 1<<32 - 1, 1 << 32, 1<<32 | 1, 1<<48 - 1, 1 << 62, 1<<63 - 1, 1 << 63, 1<<63 | 1,
	0x0123_4567_89ab_cdef, 0xaaaa_aaaa_aaaa_aaaa, 0x5555_5555_5555_5555, ^platform.Token(0) - 1, ^platform.Token(0),
}

// Every token is carried as it is, through Add and through Modify.
func tokenRoundTrip(r *rig) {
	a, b := r.udpPair()
	c, d := r.udpPair()
	r.add(c, 3, platform.Readable, platform.Edge)
	for _, t := range everyToken {
		r.add(a, t, platform.Readable, platform.Edge)
		b.write("x")
		r.await(t, platform.ReadyReadable)
		a.drain()
		r.delete(a)

		r.modify(c, t, platform.Readable, platform.Edge)
		d.write("x")
		r.await(t, platform.ReadyReadable)
		c.drain()
		r.rearm(c, t, platform.Readable)
		r.quiet()
	}
}

// Tokens do not hide each other.
func tokenTogether(r *rig) {
	for _, t := range everyToken {
		r.add(r.udp(), t, platform.Writable, platform.OneShot)
	}
	for _, t := range everyToken {
		r.await(t, platform.ReadyWritable)
	}
	r.quiet()
}
