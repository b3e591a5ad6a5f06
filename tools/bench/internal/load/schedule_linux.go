package load

import "time"

// A schedule says when the messages of a load with a rate are due. An answer's
// time counts from then, not from when the client got to send: a server that
// stands still would otherwise be asked less, and would look better for it, which
// is known as coordinated omission.
type schedule struct {
	rate  int // messages a second
	conns int // which take turns
}

// due is when a message is to be sent, from the beginning of the load.
func (s schedule) due(message int) time.Duration {
	if s.rate == 0 {
		return 0
	}
	return time.Duration(message) * time.Second / time.Duration(s.rate)
}

// dueOn is due for a message of one connection. A connection's answers come in the
// order of its messages.
func (s schedule) dueOn(conn, message int) time.Duration {
	return s.due(conn + message*s.conns)
}
