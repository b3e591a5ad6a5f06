//go:build windows

package windows

import (
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// A source makes the requests of an entry, in the vocabulary of AFD: its masks
// are asked for, and its events and status are the answer. A request is
// one-shot, and level: it completes at once where what is asked for holds
// already. It has completed when its packet, which names the entry's slot, has
// been dequeued; there is never more than one.
//
// The methods are called with the table locked.
type source interface {
	// mask has the events that can be asked for.
	mask() uint32

	// stream reports whether the handle can come to an end: it is no datagram
	// socket.
	stream() bool

	// watches reports whether h still names what the source is for, and whether
	// that is sure: where it is not, it is true.
	watches(h platform.Handle) (is, sure bool)

	// submit makes a request. A status below 0 says that it was not made, and
	// no packet will come.
	submit(slot uintptr, mask uint32) windows.NTStatus

	// cancel ends a request that may have completed. It reports whether a
	// packet will come still. A status below 0 says that the request could not be
	// ended, and goes on.
	cancel() (comes bool, status windows.NTStatus)

	// result returns what a request said whose packet was dequeued.
	result() (status windows.NTStatus, events uint32)

	// release lets go of what the source holds. No request is outstanding.
	release()
}
