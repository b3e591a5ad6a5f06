// Package platform is rouse's lower floor: it says when I/O on a handle can
// go on. One adapter for each operating system fulfils the one contract that
// is written here; package native is the adapter of the system that a program
// is compiled for.
//
// # Handles, interests, readiness
//
// A [Handle] is a Unix descriptor or a Windows SOCKET. (Package windows says what
// else can be watched there.) It is added to a [Poller] with an [Interest], a
// [Mode] and a [Token] of the caller's own choice; none is reserved. (An adapter may draw one at random for itself, and
// refuses that: one in 2^64.) [Poller.Wait] then reports an [Event] with that
// Token and the [Ready] bits that hold:
//
//   - ReadyReadable and ReadyWritable: the next operation of that direction
//     does not block. It may still fail.
//   - ReadyReadClosed and ReadyWriteClosed: that direction has come to its
//     end, for good. They are never reported of a direction that could go on
//     again. Where a system does not tell, they are missing, and the operation
//     itself tells.
//   - ReadyPriority: what the system calls priority or out-of-band data.
//   - ReadyError: an error is pending, or the handle is broken. It is reported
//     whatever was asked, and concerns both directions.
//
// Readiness is a hint about a moment that has passed: an operation that
// follows must be non-blocking and may say would-block. An Event may name a
// direction that was not asked for, as some systems always report the whole
// state.
//
// # Modes
//
//   - Edge, the zero value: after a report nothing more of that direction is
//     reported until something new arrives, or until it would block and
//     becomes ready again. What was ready when the handle was added is
//     reported once. The caller works until would-block and then calls Rearm,
//     which costs nothing where the kernel itself has edges.
//   - Level: reported by every Wait, as long as it holds.
//   - OneShot: one Event, then nothing until Modify. Rearm does not re-arm it.
//
// # Adding and removing
//
// Adding a handle that is there is [ErrExists] and leaves the first as it was.
// Modify replaces token, interest and mode, and reports anew what holds now.
// Modify and Delete of a handle that is not there are [ErrNotFound]; that
// includes one whose descriptor was closed, because closing removes it. A
// handle that cannot be polled, because it is a regular file, a directory,
// closed, negative or the poller itself, is [ErrNotPollable].
//
// Delete a handle before you close it. Several systems keep reporting a closed
// descriptor as long as a duplicate of it is open anywhere, and give no way to
// remove it any more (epoll(7), question 6).
//
// Tokens are the caller's: two handles with one token are allowed and cannot be
// told apart. Where a token belongs to one handle, a batch names it at most
// once per direction.
//
// # Waiting
//
// Wait fills events and returns how many it filled. It returns 0 when the
// timeout has passed, never before, and when it was woken. A timeout below 0
// means no limit, 0 means do not block. Timeouts have the resolution of the
// kernel and are rounded up. Interrupted system calls are retried with the time
// that is left. Wait never reports a handle whose Delete returned before Wait
// was called; a batch that was under way may still name it, so a caller must be
// ready for a token that it has just retired.
//
// One goroutine waits at a time: a second Wait meanwhile is [ErrBusy]. All
// other methods may be called from any goroutine, while one waits too: a handle
// added during a Wait is reported by that same Wait.
//
// Wake ends the Wait that is under way, or, where there is none, the next one.
// It is never lost and never reported as an Event. Many calls before the waiter
// comes round cost one system call, and end one Wait.
//
// # Closing
//
// Close ends a Wait that is under way, lets calls that have begun finish, and
// frees what the poller holds; the handles that were added stay open. From then
// on every method returns [ErrClosed], Close itself too.
//
// # Errors
//
// Every error is an [*Error]. It wraps the system's own error as an
// *os.SyscallError and, where there is one, the contract's: errors.Is finds
// both. An interest of no or unknown bits, an unknown mode and an empty slice
// of events are [ErrInvalid]. An interest that the system cannot watch is
// errors.ErrUnsupported, never ignored. A failed call changes nothing.
//
// # Allocation
//
// Wait, Rearm, Wake, Modify and Delete do not allocate when they succeed.
package platform

import "time"

// A Token names a handle in events. It is the caller's own; the poller only
// carries it.
type Token uint64

// A Handle is what the operating system polls: a descriptor on Unix, a SOCKET,
// or another handle, on Windows.
type Handle uintptr

// An Event says what holds for the handle that was added with Token.
type Event struct {
	Token Token
	Ready Ready
}

// A Poller watches handles. The package comment is its contract.
type Poller interface {
	// Add starts to watch h for in, and reports what holds already.
	Add(h Handle, t Token, in Interest, m Mode) error

	// Modify replaces the token, interest and mode of h, and reports anew
	// what holds.
	Modify(h Handle, t Token, in Interest, m Mode) error

	// Delete stops watching h.
	Delete(h Handle) error

	// Rearm asks for the next edge of the directions in, after an operation
	// would have blocked; t is the token that h has. It does nothing where the
	// kernel has edges of its own, and may then return nil for a handle that is
	// not there. Elsewhere a handle that is not there, or has another token by
	// now, is ErrNotFound. It matters in Edge mode only.
	Rearm(h Handle, t Token, in Interest) error

	// Wait waits for events, for a wake or for the timeout.
	Wait(events []Event, timeout time.Duration) (int, error)

	// Wake ends the Wait that is under way, or the next one.
	Wake() error

	// Close ends everything.
	Close() error
}

// A Parker is a Poller that can also wait without an OS thread: Park is Wait,
// but parks the goroutine in the Go runtime's own poller. The kernel's queue is
// asked first, so Park does not lose what is there already.
//
// Park suits programs that are mostly idle. Where every P computes, the runtime
// looks at its poller only every 10 ms, and Wait answers sooner.
type Parker interface {
	Poller

	// CanPark reports whether Park works here. Where it does not, Park is
	// errors.ErrUnsupported.
	CanPark() bool

	// Park is Wait without a thread.
	Park(events []Event, timeout time.Duration) (int, error)
}
