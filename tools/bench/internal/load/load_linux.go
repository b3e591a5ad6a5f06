// Package load is the client that loads a server: the same for all of them.
package load

import (
	"strconv"
)

// A Load is what a client does to a server.
type Load struct {
	Conns int // connections; of a churn, those under way at once
	Rate  int // messages a second in all; 0: each connection sends when it has its answer
	Churn bool
}

func (l Load) String() string {
	s := strconv.Itoa(l.Conns) + " connections"
	if l.Conns == 1 {
		s = "1 connection"
	}
	switch {
	case l.Churn:
		return s + ", each for one message"
	case l.Rate > 0:
		return s + ", " + strconv.Itoa(l.Rate) + " messages/s"
	}
	return s + ", ping-pong"
}
