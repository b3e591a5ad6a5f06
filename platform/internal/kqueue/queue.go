//go:build unix

package kqueue

import "time"

// A Kevent is struct kevent, with fields that are wide enough for every system.
type Kevent struct {
	Ident  uintptr
	Filter int32
	Flags  uint32
	Fflags uint32
	Udata  uint32 // the generation of an entry
	Data   int64
}

// A Queue is a kqueue: its system calls, and nothing else. Change is called
// under a lock, and Wait and Event by one goroutine at a time; the errors are
// bare numbers.
type Queue interface {
	// FD is its descriptor.
	FD() int

	// Change is kevent(2) with a list of at most [MaxChanges] changes that is
	// the list of events too. It returns how many receipts the list then begins
	// with. It does not wait.
	Change(list []Kevent) (int, error)

	// Trigger is kevent(2) with one change and no list of events.
	Trigger(change Kevent) error

	// Wait is kevent(2) without changes. It returns how many events there are,
	// at most n, which is at most [Batch]. A timeout below 0 means no limit; a
	// long one may be cut short.
	Wait(n int, timeout time.Duration) (int, error)

	// Event returns one of the events of the last Wait.
	Event(i int) Kevent

	// Close closes the descriptor.
	Close() error
}
