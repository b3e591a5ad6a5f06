// Package park waits for idle connections of package net: without a goroutine,
// a buffer or a timer for each, it says when one has become readable, was closed
// by its peer, or has been idle for too long.
//
// # Use
//
// Make a [Lot] on a reactor that runs, and park a connection whenever a Read
// would wait for long:
//
//	lot := park.NewLot(r, time.Minute, func(c *client, w park.Wake) {
//		if w.Err != nil {
//			c.Close() // idle for a minute, or the end of the lot or reactor
//			return
//		}
//		go c.serve() // reads without waiting, and parks c again
//	})
//	_, err := lot.Park(c.conn, c)
//
// Each Park is answered by one wake, unless [Spot.Cancel] takes it back. When
// the wake comes, the connection is registered nowhere any more: the wake may
// park it again, close it or hand it to a goroutine. Nobody takes the connection
// over meanwhile, and its descriptor is not duplicated; it is just not read.
//
// Who drives a loop of his own takes a [Queue], and ranges over what has woken.
//
// # What to park
//
// Anything that is a [syscall.Conn]: a *net.TCPConn, a *net.UnixConn, also a
// listener. Under a *tls.Conn it is the connection that its NetConn method returns.
//
// A Lot knows what the system has, and nothing of what a reader above it has
// taken already. Park only when the next Read would go to the network. With a
// bufio.Reader that is when Buffered returns 0. A *tls.Conn does not tell, and a
// short Read does not mean it, because the next record may have come with the
// last. But a Read whose deadline has passed returns what has come, and never
// goes to the network. So after a wake:
//
//	conn.SetReadDeadline(time.Now().Add(10 * time.Second)) // the rest of a record may be late
//	var err error
//	for err == nil {
//		var n int
//		n, err = conn.Read(buf)
//		use(buf[:n])
//		conn.SetReadDeadline(time.Unix(1, 0)) // long past
//	}
//	if errors.Is(err, os.ErrDeadlineExceeded) {
//		_, err = lot.Park(conn.NetConn().(syscall.Conn), c)
//	}
//
// A deadline that has passed does not matter to a Lot.
//
// # Closing
//
// Cancel before the connection is closed here. The kernel forgets a descriptor
// that is closed, and tells nobody: a connection that was closed while it is
// parked stays in the lot until its idle time is over, and is then woken with an
// error that is net.ErrClosed. With no limit to the idle time it stays until the
// lot is closed, or the reactor.
//
// # Goroutines
//
// All functions and methods may be called from any goroutine, also by a wake,
// but for a range over [Queue.Woken], of which there is one at a time. Locks are
// never held while a wake runs, nor while the reactor is called.
//
// What happens before Park is seen by its wake, which may come before Park has
// returned.
package park
