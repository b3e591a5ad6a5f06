//go:build windows

package windows

import (
	"os"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
)

// begin makes the requests of the queue, and fills packets with those that need
// not be waited for. From here to end requests are made at once.
func (t *table) begin(packets []winapi.Packet) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.queue != nil {
		e := t.queue
		t.queue, e.next, e.queued = e.next, nil, false
		_ = t.update(e) // what is gone is gone
	}
	t.waiting = true
	n := copy(packets, t.stash)
	t.stash = t.stash[:copy(t.stash, t.stash[n:])]
	return n
}

// end looks at packets. It fills events with what they report, as many at most,
// and says whether Wake was called.
func (t *table) end(packets []winapi.Packet, events []platform.Event) (n int, woken bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting = false
	for i := range packets {
		switch p := &packets[i]; p.Key {
		case wakeKey:
			woken = true
		case fenceKey:
			t.passed = max(t.passed, p.Context)
		default:
			e := t.slots[p.Context-1]
			if ready := t.complete(e); ready != 0 {
				events[n] = platform.Event{Token: e.token, Ready: ready}
				n++
			}
		}
	}
	if t.settling > 0 {
		t.moved.Broadcast()
	}
	return n, woken
}

// hand leaves a packet to the Wait that is under way, or to the next one.
func (t *table) hand(p winapi.Packet) {
	t.stash = append(t.stash, p)
	if t.waiting {
		t.raise()
	}
}

// isThere reports whether e's handle is the one that was added. When a handle is
// closed the system says so by a packet, which may not have been looked at yet;
// by then another one may have its number.
//
// Between a report and the next Wait no request watches the handle, and one that
// is closed and reused just then can't be told from the first.
func (t *table) isThere(e *entry) bool {
	if t.update(e) == 0 {
		t.settle()
	}
	return t.of[e.handle] == e
}

// settle returns when every packet has been looked at that had come before: a
// fence is put up behind them, and taken down with them, by the Wait that is
// under way or here. It unlocks the table meanwhile.
func (t *table) settle() {
	if err := winapi.PostQueuedCompletionStatus(t.port, 0, fenceKey, t.fences+1); err != nil {
		return // out of memory: what has come is looked at later
	}
	t.fences++
	t.settling++
	defer func() { t.settling-- }()
	for fence := t.fences; t.passed < fence; {
		if t.waiting {
			t.moved.Wait()
		} else if !t.reap() {
			return
		}
	}
}

// raise makes the Wait that is under way look at the stash.
func (t *table) raise() {
	// Without memory for it, the stash is found with the next packet.
	_ = winapi.PostQueuedCompletionStatus(t.port, 0, fenceKey, 0)
}

// reap takes the packets that have come, where nobody waits for them. Those that
// report something are left to the next Wait. It reports whether there were any.
func (t *table) reap() bool {
	var packets [groupSize]winapi.Packet
	for some := false; ; some = true {
		n, err := wait(t.port, packets[:], 0)
		if n == 0 || err != nil {
			return some
		}
		for _, p := range packets[:n] {
			switch {
			case p.Key == fenceKey:
				t.passed = max(t.passed, p.Context)
			case p.Key == requestKey && t.isOver(t.slots[p.Context-1]):
				t.complete(t.slots[p.Context-1])
			default:
				t.stash = append(t.stash, p)
			}
		}
	}
}

// isOver reports whether e, whose packet was dequeued, goes with it.
func (t *table) isOver(e *entry) bool {
	if e.state == deleting {
		return true
	}
	status, events := e.source.result()
	_, outcome := decode(status, events, e.source.stream())
	return outcome == dropped
}

// close removes all entries, and returns when the system writes to their memory
// no more. Nobody else uses the table.
func (t *table) close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, e := range t.of {
		t.remove(e)
	}
	packets := t.stash
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
		n, err := wait(t.port, some[:], -1)
		if err != nil {
			return os.NewSyscallError("NtRemoveIoCompletionEx", err)
		}
		packets = some[:n]
	}
}
