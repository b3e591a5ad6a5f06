package oracle

import (
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// An end is a handle of a script: one side of a pair, or a connection's.
type end struct {
	number int
	kind   kind
	handle platform.Handle
	is     bool // there is one
	fresh  bool // it was not connected yet
	peer   *end // the other side; nil where that is not known, or closed
	sent   int  // bytes written since the peer had read all

	// closed are the directions of which the reactor said that they have come to
	// their end.
	closed reactor.Ready

	watch *watch // nil where it is not registered
}

// reads and writes report what an end is for.
func (e *end) reads() bool  { return e.kind != pipe || e.number%2 == 0 }
func (e *end) writes() bool { return e.kind != pipe || e.number%2 == 1 }

// interest is what of in an end can be watched for on every system.
func (e *end) interest(in reactor.Interest) reactor.Interest {
	if !e.reads() {
		return reactor.Writable
	}
	if !e.writes() || e.kind == listening {
		return reactor.Readable
	}
	return in
}

// A watch is a registration, and what the script has done with it.
type watch struct {
	registration
	in      reactor.Interest
	dirs    [2]direction
	wakers  []*waker // all that were ever parked
	waiters []*waiter
}

// A direction is one of a watch's two.
type direction struct {
	parked *waker // nil, or left there

	// seen is what see kept. It may be cleared if honest: since then the
	// direction would have blocked, or something new has come.
	seen         reactor.ReadyEvent
	kept, honest bool

	// silent: readiness was cleared though nothing had said that it would block,
	// so that nothing need be reported until it does, or something new comes.
	silent bool
}

// news notes that the direction would have blocked, or that something has come
// which is a new edge.
func (d *direction) news() { d.honest, d.silent = true, false }

// poll is PollReadReady or PollWriteReady.
func (w *watch) poll(d reactor.Direction, by reactor.Waker) (reactor.ReadyEvent, error) {
	if d == reactor.Write {
		return w.PollWriteReady(by)
	}
	return w.PollReadReady(by)
}

// ready reports whether the reactor knows a direction to be ready, and leaves
// all as it is.
func (w *watch) ready(d reactor.Direction) bool {
	return w.TryIO(d.Interest(), func() error { return nil }) == nil
}
