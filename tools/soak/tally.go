package main

import (
	"fmt"
	"sync/atomic"
)

// A tally is what was done.
type tally struct {
	messages, failed  atomic.Uint64 // each message is one or the other
	conns, resets     atomic.Uint64
	cancelled, parked atomic.Uint64
	woken, reactors   atomic.Uint64
}

// String returns it on a line.
func (t *tally) String() string {
	return fmt.Sprintf("%d messages came back and %d failed, %d connections (%d reset), %d waits cancelled, %d parked (%d woken), %d reactors",
		t.messages.Load(), t.failed.Load(), t.conns.Load(), t.resets.Load(), t.cancelled.Load(), t.parked.Load(), t.woken.Load(), t.reactors.Load())
}
