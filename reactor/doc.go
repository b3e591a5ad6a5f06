// Package reactor is tokio's I/O driver for Go. It watches handles of any kind
// in one poller, remembers what each is ready for, and wakes who waits for it:
// a goroutine, or a callback where a goroutine for each handle costs too much.
//
// # Use
//
// Make a [Reactor], drive it from one goroutine, and register what it shall
// watch:
//
//	r, err := reactor.New()
//	go r.Run(ctx)
//	g, err := r.Register(conn, reactor.Readable)
//
// In goroutine style an operation waits until it can go on:
//
//	err := g.AsyncIO(ctx, reactor.Readable, func() error {
//		n, err = native.Read(g.Handle(), buf)
//		return err
//	})
//
// In poll style it says that it can't, and a [Waker] is called when it is worth
// trying again:
//
//	err := g.PollReadIO(waker, read) // ErrPending: waker will be woken
//
// # Readiness
//
// A [Registration] keeps what the poller reported until an operation finds that
// it would block. Only then is it cleared, and only what was seen before the
// operation: what came meanwhile stays. So the order is always the same: see
// readiness, try, and clear on would-block. The methods that take an operation
// do that; [Registration.ClearReadiness] is for those who do it themselves.
//
// An error wakes both directions. A closed direction stays ready for good.
//
// # More than one reactor
//
// One goroutine dispatches what a reactor is told. A program whose events are too
// many for that takes a [Group]: several reactors that share the registrations.
//
// # Goroutines
//
// All methods may be called from any goroutine. One goroutine at a time takes
// turns, by [Reactor.Run] or [Reactor.Turn], and wakers run on it; in a group
// that holds of each reactor, and wakers of different ones run at once. Locks are
// never held while a waker runs. Their order, for who changes this package, is:
// the owners' lock, then the poller's own; the set's lock, then a scheduledIO's;
// nothing inside that or inside the yields' lock.
//
// What happens before a call of Wake on a reactor is seen by who returns from
// the turn that it ended; what happens before a waker or waiter is woken is seen
// by it.
package reactor
