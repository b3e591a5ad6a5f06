// Package netio has net.Conn, net.Listener and a packet connection on a reactor:
// what package net has on the Go runtime's poller.
//
// A [Conn] serves in two styles, and in both at once. In goroutine style it is a
// net.Conn: Read and Write park the goroutine until they can go on, and every
// library that takes a net.Conn works on it, crypto/tls and net/http too. In poll
// style nobody parks: [Conn.PollRead] and [Conn.PollWrite] return
// reactor.ErrPending and wake a reactor.Waker, so that a connection needs neither
// a goroutine nor a buffer while it is idle.
//
// Something must drive the reactor, in a goroutine of its own or by turns:
// without that nothing ever becomes ready. See reactor.Reactor.Run.
//
// # Concurrency
//
// All methods of all types may be called from any goroutine. Writes are not
// mixed: one that takes several system calls holds up the others; but PollWrite
// waits for nobody, and writes between them. Reads may be mixed: each takes what
// is there. In poll style a direction has one waker, the last
// caller's. Close may be called at any time; it wakes who waits, with an error
// that is net.ErrClosed, and returns when the last call has left, so that the
// number of the handle never means another's.
//
// # Errors
//
// They are those of package net: a *net.OpError around what the system said,
// os.ErrDeadlineExceeded, net.ErrClosed, io.EOF; with the same texts. Where the
// reactor is closed, which package net has no word for, it is
// reactor.ErrShutdown.
//
// # Differences from package net
//
//   - A datagram that does not fit is cut off on Windows too, without an error.
//   - IPv4 addresses of peers of an IPv6 socket are IPv4, not IPv4 in IPv6.
//   - There is no sendfile and no splice: io.Copy copies.
//   - A nil context never ends.
//   - A read of no bytes returns at once, on Windows too.
//   - On Windows the deadlines hold for SyscallConn's Read and Write too, and who
//     listens on an address has it alone.
//   - Listen refuses unixgram: its listener could not accept.
//   - The error of a listener's deadline is a *net.OpError, as the others are.
//   - On Windows, unix means stream sockets, as in package net, and not every
//     Windows has them.
package netio
