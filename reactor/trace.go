package reactor

import "time"

// A Trace is a set of hooks, as in net/http/httptrace. Any of them may be nil,
// and then costs nothing. They run where what they tell happens, with no lock
// held, on several goroutines at once; they must not block.
type Trace struct {
	// Register is called after a handle was registered, or was refused.
	Register func(h Handle, in Interest, err error)

	// Deregister is called after a registration has ended, with the system's
	// error if it refused.
	Deregister func(h Handle, err error)

	// Ready is called for each event that reaches a registration, on the loop,
	// before anybody is woken for it.
	Ready func(h Handle, ready Ready)

	// Wake is called after n wakers and waiters of a registration were woken.
	Wake func(h Handle, n int)

	// Park is called before a goroutine waits for in. An owner in poll style
	// that is told ErrPending parks too.
	Park func(h Handle, in Interest)

	// Clear is called after readiness was cleared. Changed is false where
	// something newer had come, and nothing was.
	Clear func(h Handle, ready Ready, changed bool)

	// Turn is called at the end of each turn.
	Turn func(TurnInfo)
}

// A TurnInfo tells of one turn.
type TurnInfo struct {
	Events  int           // that the poller reported
	Waited  time.Duration // from when the poller was asked until it answered
	Elapsed time.Duration // of the whole turn
}
