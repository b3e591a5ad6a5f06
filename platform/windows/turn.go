//go:build windows

package windows

import (
	"os"
	"slices"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
)

// begin makes the requests of the queue, and fills packets with those that need
// not be waited for. From here to end requests are made at once. The error is that
// of a request that can't be changed, unless there are packets: the next begin
// tries again.
func (t *table) begin(packets []winapi.Packet) (n int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	queue := t.queue
	t.queue = nil
	for queue != nil {
		e := queue
		queue, e.next, e.queued = e.next, nil, false
		call, status := t.update(e)
		if e.queued { // else what is gone is gone
			err = os.NewSyscallError(call, status)
		}
	}
	t.waiting = true
	n = copy(packets, t.stash)
	t.stash = t.stash[:copy(t.stash, t.stash[n:])]
	if n > 0 {
		err = nil
	}
	return n, err
}

// end looks at packets. It fills events with what they report, as many at most,
// and says whether Wake was called.
func (t *table) end(packets []winapi.Packet, events []platform.Event) (n int, woken bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting = false
	for i := range packets {
		if packets[i].Key == wakeKey {
			woken = true
			continue
		}
		e := t.slots[packets[i].Context-1]
		if ready := t.complete(e); ready != 0 {
			events[n] = platform.Event{Token: e.token, Ready: ready}
			n++
		}
	}
	t.looked.Broadcast()
	return n, woken
}

// hand puts a packet behind those that the port has, or, where that can't be done,
// before them. A Wait that blocks already looks at the port alone: it is told as
// soon as there is memory, and, where the port refuses for another reason, of
// which Wait itself tells, the next one is.
func (t *table) hand(p winapi.Packet) {
	put := func() error { return winapi.PostQueuedCompletionStatus(t.port, 0, p.Key, p.Context) }
	var err error
	if t.waiting {
		err = insist(put)
	} else {
		err = put()
	}
	if err != nil {
		t.stash = append(t.stash, p)
	}
}

// isThere reports whether an entry's handle is the one that was added, and
// removes an entry of which it is not. What is no socket can be asked. Of a
// socket its poll tells that it was closed, be its number another's by now: so
// the poll is cancelled, and its packet looked at.
//
// Two that were closed pass for the first, once another one has their number:
//
//   - a socket that was closed when no poll watched it: from an event until the
//     Wait after that which reports it;
//   - a socket of which a duplicate is open, here or in a process that inherited
//     it.
//
// The other one can't be added before they were deleted, and is what their
// entries watch from the next poll on. Who deletes a handle before closing it
// meets neither.
func (t *table) isThere(h platform.Handle) bool {
	e := t.of[h]
	is, sure := e.source.watches(h)
	if !is {
		t.remove(e)
		return false
	}
	if sure {
		return true // a wait that is made anew might miss a signal
	}
	if e.state == pending {
		_ = t.recall(e) // a poll that goes on tells nothing of its socket
	}
	for t.of[h] == e && e.state == cancelled && !t.isPutAside(e) {
		if t.waiting {
			t.looked.Wait() // by who waits, with the table unlocked
		} else if !t.take(-1) {
			break
		}
	}
	return t.of[h] == e && t.change("add", e) == nil
}

// reap takes the packets that have come, where nobody waits for them.
func (t *table) reap() {
	t.stash = slices.DeleteFunc(t.stash, t.absorb)
	for t.take(0) {
	}
}

// take takes packets off the port, where nobody waits for them. Those that
// report something are put aside for the next Wait. It reports whether there
// were any.
func (t *table) take(timeout time.Duration) bool {
	var packets [groupSize]winapi.Packet
	n, err := wait(t.port, packets[:], timeout)
	if err != nil {
		return false
	}
	for _, p := range packets[:n] {
		if !t.absorb(p) {
			t.stash = append(t.stash, p)
		}
	}
	return n > 0
}

// absorb takes a packet that reports nothing, and says whether it was one.
func (t *table) absorb(p winapi.Packet) bool {
	if p.Key != requestKey {
		return false
	}
	e := t.slots[p.Context-1]
	if !e.isSilent() {
		return false
	}
	t.complete(e)
	return true
}

// isPutAside reports whether e's packet was dequeued, and is in the stash.
func (t *table) isPutAside(e *entry) bool {
	return slices.ContainsFunc(t.stash, func(p winapi.Packet) bool {
		return p.Key == requestKey && p.Context == context(e.slot)
	})
}

// close removes all entries, and returns when the system writes to their memory
// no more. After an error it still may, and that memory is kept. Nobody else uses
// the table.
func (t *table) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	err := t.drain()
	if err != nil {
		t.groups.abandon()
	}
	return err
}

// drain removes all entries, and takes the packets of their requests.
func (t *table) drain() error {
	for _, e := range t.of {
		t.remove(e)
	}
	for _, e := range t.slots {
		if !e.stuck {
			continue
		}
		if _, status := e.cancel(); status != 0 {
			return os.NewSyscallError("NtCancelIoFileEx", status)
		}
		e.stuck = false
	}
	packets := t.stash
	t.stash = nil
	for {
		for _, p := range packets {
			if p.Key == requestKey {
				t.complete(t.slots[p.Context-1])
			}
		}
		if t.limbo == 0 {
			t.groups.close()
			return nil
		}
		var some [groupSize]winapi.Packet
		var n int
		err := insist(func() (err error) {
			n, err = dequeue(t.port, some[:], -1)
			return err
		})
		if err != nil {
			return os.NewSyscallError("NtRemoveIoCompletionEx", err)
		}
		packets = some[:n]
	}
}
