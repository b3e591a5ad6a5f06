package oracle

import "testing"

// Whatever a program and its peers do, the reactor knows what the system knows.
func FuzzScript(f *testing.F) {
	for _, s := range seeds {
		f.Add(s.encode())
	}
	f.Fuzz(func(t *testing.T, data []byte) { try(t, decode(data)) })
}

// seeds are scripts that have each step, and each of the things that went wrong
// elsewhere.
var seeds = []script{
	{ // An edge that comes between see and clear survives (facts/pitfalls 1).
		{pair, 0, tcp}, {register, 0, readable | writable}, {write, 1, 1}, {see, 0, reading},
		{write, 1, 1}, {turn, 0, 0}, {clearSeen, 0, reading}, {park, 0, reading},
	},
	{ // The other direction's events don't keep this one from being cleared (facts/pitfalls 2).
		{loop, 0, running}, {pair, 0, stream}, {register, 0, readable | writable}, {write, 1, 100}, {see, 0, reading},
		{drain, 0, 0}, {fill, 0, 0}, {drain, 1, 0}, {clearSeen, 0, reading}, {park, 0, reading}, {write, 1, 1},
	},
	{ // Clear keeps shutdown (facts/pitfalls 3).
		{pair, 0, stream}, {register, 0, readable | writable}, {write, 1, 100}, {see, 0, reading}, {wait, 0, readable},
		{drain, 0, 0}, {closeReactor, 0, 0}, {clearSeen, 0, reading}, {park, 0, reading}, {park, 0, writing}, {wait, 0, readable},
	},
	{ // A descriptor that was closed before it was deregistered, and its number (facts/pitfalls 14).
		{pair, 0, tcp}, {register, 0, readable}, {park, 0, reading}, {wait, 0, readable}, {closeEnd, 0, 0},
		{pair, 2, tcp}, {register, 2, readable}, {register, 3, writable}, {deregister, 0, 0}, {write, 3, 1},
		{deregister, 2, 0},
	},
	{ // A connection from its beginning to its end.
		{loop, 0, running | blocking}, {listen, 5, 0}, {register, 5, readable}, {park, 5, reading}, {open, 0, 0},
		{register, 0, readable | writable}, {park, 0, writing}, {connect, 0, 5}, {accept, 1, 5}, {register, 1, readable | writable},
		{wait, 1, readable}, {writeIO, 0, 60000}, {readIO, 1, 60000}, {readIO, 1, 60000}, {halfClose, 0, 0}, {drain, 1, 0}, {fill, 1, 0}, {reset, 1, 0}, {read, 0, 100},
	},
	{ // A pipe that is full, and whose reader goes.
		{loop, 0, blocking}, {pair, 0, pipe}, {register, 1, writable}, {register, 0, readable}, {see, 1, writing}, {fill, 1, 0},
		{clearSeen, 1, writing}, {park, 1, writing}, {wait, 1, writable}, {read, 0, 5000}, {fill, 1, 0}, {closeEnd, 0, 0},
	},
	{ // Datagrams to nobody.
		{pair, 0, udp}, {pair, 2, datagram}, {register, 0, readable | writable}, {register, 2, readable | writable},
		{closeEnd, 1, 0}, {closeEnd, 3, 0}, {write, 0, 100}, {write, 2, 100}, {drain, 0, 0}, {write, 0, 1}, {reregister, 2, readable},
	},
	{ // What is not watched any more is not waited for.
		{pair, 0, stream}, {register, 0, readable | writable}, {register, 0, readable}, {park, 0, reading}, {wait, 0, readable},
		{reregister, 0, writable}, {write, 1, 1}, {reregister, 0, readable}, {wait, 0, readable | writable}, {cancel, 0, 0}, {wake, 0, 0},
	},
}
