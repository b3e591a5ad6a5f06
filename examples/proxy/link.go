package main

import (
	"sync/atomic"

	"github.com/rouse-io/rouse/netio"
)

// A link is two connections, and the two directions between them.
type link struct {
	p              *proxy
	client, target *netio.Conn
	there, back    flow
	left           atomic.Int32 // directions that have not ended
	closed         atomic.Bool
}

// start makes the first step of both directions.
func (l *link) start() {
	l.there = flow{link: l, from: l.client, to: l.target}
	l.back = flow{link: l, from: l.target, to: l.client}
	l.left.Store(2)
	l.there.Wake()
	l.back.Wake()
}

// ended is told by a direction that has sent its last byte.
func (l *link) ended() {
	if l.left.Add(-1) == 0 {
		l.close()
	}
}

// fail ends both directions. The peers see a reset: an end would say that they
// had got everything.
func (l *link) fail() {
	_ = l.client.SetLinger(0)
	_ = l.target.SetLinger(0)
	l.close()
}

// close may be called again, also while it runs: closing a connection wakes its
// flows.
func (l *link) close() {
	if !l.closed.CompareAndSwap(false, true) {
		return
	}
	_ = l.client.Close()
	_ = l.target.Close()
	l.p.left(l)
}
