//go:build windows

package windows

import (
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// An entry is a handle that was added. Its state says which request of its
// source is outstanding, and nothing else does: the functions of this file are
// the only ones that change it.
//
// An entry whose handle was removed serves another one later, with the same
// slot. Meanwhile it has no source, and wants nothing.
type entry struct {
	handle platform.Handle
	source source
	next   *entry // in the table's queue
	aim
	slot    uint32           // its place in the table for good, which packets name
	asked   uint32           // the events that the outstanding request is for
	failure windows.NTStatus // of a request that could not be made
	state   state
	queued  bool
	stuck   bool // it is deleting, and its request could not be ended
}

// An aim is what a handle was added for.
type aim struct {
	token    platform.Token
	want     uint32 // the events that are to be reported
	interest platform.Interest
	mode     platform.Mode
}

// set is what Add and Modify do: all that is asked is reported anew.
func (e *entry) set(token platform.Token, in platform.Interest, m platform.Mode) {
	e.token, e.interest, e.mode = token, in, m
	e.want = arm(in)
}

// update brings e's request into line with what is wanted. It returns a status
// below 0, and of which call, where the handle turns out to be gone, and so is e;
// and where the request cannot be ended to make another one, which the next Wait
// tries again.
func (t *table) update(e *entry) (call string, status windows.NTStatus) {
	if e.want == 0 {
		return "", 0 // as where e serves nobody
	}
	ask := e.want & e.source.mask()
	if e.state == pending && ask&^e.asked != 0 {
		// It can't be edited: to be wider it is made again. One that asks for
		// too much is left alone, as complete looks at what is wanted.
		if status := t.recall(e); status != 0 {
			t.enqueue(e)
			return "NtCancelIoFileEx", status
		}
	}
	if e.state != idle || ask == 0 {
		return "", 0
	}
	switch status := e.source.submit(context(e.slot), ask); {
	case isGone(status):
		t.forget(e)
		t.free(e)
		return "NtDeviceIoControlFile", status
	case int32(status) < 0:
		e.asked, e.failure, e.state = ask, status, pending
		t.hand(winapi.Packet{Key: requestKey, Context: context(e.slot)})
	default:
		e.asked, e.state = ask, pending
	}
	return "", 0
}

// recall ends e's request, so that another one can be made. It returns a status
// below 0 where it goes on.
func (t *table) recall(e *entry) windows.NTStatus {
	comes, status := e.cancel()
	switch {
	case status != 0:
	case comes:
		e.state = cancelled
	default:
		e.state = idle
	}
	return status
}

// cancel ends e's request, as that of its source. The packet of a request which
// could not be made was handed in here, and will come.
func (e *entry) cancel() (comes bool, status windows.NTStatus) {
	if e.failure != 0 {
		return true, 0
	}
	return e.source.cancel()
}

// answer returns what e's request said whose packet was dequeued.
func (e *entry) answer() (status windows.NTStatus, events uint32) {
	status, events = e.failure, 0
	if status == 0 {
		status, events = e.source.result()
	}
	if e.state == cancelled && int32(status) < 0 {
		status = windows.STATUS_CANCELLED // whatever it was: another one is asked for
	}
	return status, events
}

// isSilent reports whether e, whose packet was dequeued, has nothing to report.
func (e *entry) isSilent() bool {
	if e.state == deleting {
		return true
	}
	status, events := e.answer()
	_, outcome := decode(status, events, e.source.stream())
	return outcome != reported
}

// complete takes the packet of e's request, and returns what is to be reported.
func (t *table) complete(e *entry) platform.Ready {
	was := e.state
	status, events := e.answer()
	e.state, e.failure = idle, 0
	if was == deleting {
		t.free(e)
		return 0
	}
	// What is no longer wanted may have been asked for.
	ready, outcome := decode(status, events&e.want, e.source.stream())
	switch {
	case outcome == dropped:
		t.forget(e)
		t.free(e)
		return 0
	case ready == 0:
	case int32(status) >= 0:
		e.want = after(e.mode, e.want, events)
	default:
		if e.want == afdPollLocalClose {
			ready = 0 // all that was asked for has been reported
		}
		if e.mode != platform.Level {
			e.want &^= e.asked // it may fail again: it is made when it is asked for
		}
	}
	t.enqueue(e)
	return ready
}

// remove ends e: nothing more is reported. Its slot and its source are free
// once no packet can name them.
func (t *table) remove(e *entry) {
	t.forget(e)
	switch e.state {
	case idle:
		t.free(e)
	case pending:
		comes, status := e.cancel()
		if !comes {
			t.free(e)
			return
		}
		e.state, e.stuck = deleting, status != 0
	case cancelled:
		e.state = deleting
	}
}

// context is how packets name a slot. 0 would mean that no packet is wanted.
func context(slot uint32) uintptr { return uintptr(slot) + 1 }
