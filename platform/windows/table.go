//go:build windows

package windows

import (
	"errors"
	"slices"
	"sync"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// A table has the entries of a poller.
//
// Requests are made lazily: who changes what an entry wants queues it, and Wait
// makes the requests of the queue just before it blocks. So an edge that was
// reported, worked off and asked for again costs one request. While a Wait
// blocks already, requests are made at once.
type table struct {
	port   windows.Handle
	groups groups

	// mu guards all below, and the entries, and what their sources hold. Under
	// it no call is made that can block, but for a moment where a packet is
	// waited for that was cancelled, and nobody else waits.
	mu      sync.Mutex
	of      map[platform.Handle]*entry
	slots   []*entry        // as many as there ever were at once
	unused  []*entry        // those in slots that serve nobody
	queue   *entry          // the entries that are to be updated
	limbo   int             // entries that were removed and wait for their packet
	waiting bool            // a Wait blocks, or is about to
	stash   []winapi.Packet // to be looked at before those that the port has
	looked  sync.Cond       // who waited has looked at packets
}

// open makes the table that was zero.
func (t *table) open(port windows.Handle) error {
	t.port = port
	t.groups.port = port
	t.of = make(map[platform.Handle]*entry)
	t.looked.L = &t.mu
	return t.groups.grow()
}

func (t *table) add(h platform.Handle, token platform.Token, in platform.Interest, m platform.Mode) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.of[h] != nil {
		if t.isThere(h) {
			return &platform.Error{Op: "add", Handle: h, Kind: platform.ErrExists}
		}
	}
	if t.limbo >= groupSize && !t.waiting {
		// Nobody seems to wait, and to take their packets.
		t.reap()
	}
	source, err := t.sourceOf(h)
	if err != nil {
		return err
	}
	if err := supports("add", h, source, in); err != nil {
		source.release()
		return err
	}
	e := t.entry()
	e.handle, e.source = h, source
	t.of[h] = e
	e.set(token, in, m)
	return t.change("add", e)
}

func (t *table) modify(h platform.Handle, token platform.Token, in platform.Interest, m platform.Mode) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, err := t.find("modify", h)
	if err != nil {
		return err
	}
	if err := supports("modify", h, e.source, in); err != nil {
		return err
	}
	was := e.aim
	e.set(token, in, m)
	return t.undo(e, was, t.change("modify", e))
}

func (t *table) delete(h platform.Handle) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, err := t.find("delete", h)
	if e != nil {
		t.remove(e)
	}
	return err
}

func (t *table) rearm(h platform.Handle, token platform.Token, in platform.Interest) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.of[h]
	if e == nil || e.token != token {
		return &platform.Error{Op: "rearm", Handle: h, Kind: platform.ErrNotFound}
	}
	if e.mode != platform.Edge {
		return nil
	}
	was := e.aim
	// The direction that would block, and no other: a reader whose socket is
	// writable would be told so for every read.
	if in &= e.interest; in != 0 {
		e.want |= arm(in)
	}
	return t.undo(e, was, t.change("rearm", e))
}

// undo gives e back the aim that it had, unless err is nil or e is gone. It returns
// err.
func (t *table) undo(e *entry, was aim, err error) error {
	if err != nil && t.of[e.handle] == e {
		e.aim = was
	}
	return err
}

// sourceOf returns what can watch a handle for an interest.
func (t *table) sourceOf(h platform.Handle) (source, error) {
	if p := pipes.get(h); p != nil {
		if s := p.watch(t.port); s != nil {
			return s, nil
		}
	}
	kind, err := kindOf(h)
	if err != nil {
		if err := mustWait("add", h, err); err != nil {
			return nil, err
		}
		return openWaitable(t.port, h)
	}
	base, err := baseOf(h)
	if err != nil {
		return nil, failed("add", h, "WSAIoctl", err)
	}
	q, err := t.groups.poll(base, kind == windows.SOCK_DGRAM)
	if err != nil {
		return nil, &platform.Error{Op: "add", Handle: h, Err: err}
	}
	return q, nil
}

// supports refuses an interest that a source can't watch for.
func supports(op string, h platform.Handle, s source, in platform.Interest) error {
	for bit := platform.Interest(1); bit <= in; bit <<= 1 {
		if in&bit != 0 && arm(bit)&^arm(0)&s.mask() == 0 {
			return &platform.Error{Op: op, Handle: h, Kind: errors.ErrUnsupported}
		}
	}
	return nil
}

// find returns the entry of a handle. One whose handle was closed is an error,
// and returned as well. A socket that was closed and whose number is another
// socket's by now passes for the first.
func (t *table) find(op string, h platform.Handle) (*entry, error) {
	e := t.of[h]
	if e == nil {
		return nil, &platform.Error{Op: op, Handle: h, Kind: platform.ErrNotFound}
	}
	if is, _ := e.source.watches(h); is {
		return e, nil
	}
	if err := isOpen(h); err != nil {
		return e, failed(op, h, "GetHandleInformation", err)
	}
	return e, &platform.Error{Op: op, Handle: h, Kind: platform.ErrNotFound}
}

// change sees to it that e is updated.
func (t *table) change(op string, e *entry) error {
	if !t.waiting {
		t.enqueue(e)
		return nil
	}
	if call, status := t.update(e); status != 0 {
		return failed(op, e.handle, call, status)
	}
	return nil
}

// entry returns an entry that serves nobody.
func (t *table) entry() *entry {
	if n := len(t.unused); n > 0 {
		e := t.unused[n-1]
		t.unused = t.unused[:n-1]
		return e
	}
	e := &entry{slot: uint32(len(t.slots))}
	t.slots = append(t.slots, e)
	t.unused = slices.Grow(t.unused, len(t.slots)) // for free, which doesn't allocate
	return e
}

// enqueue leaves an update of e to the next Wait.
func (t *table) enqueue(e *entry) {
	if !e.queued {
		e.queued = true
		e.next, t.queue = t.queue, e
	}
}

// forget takes e out of the table. Its slot is still taken.
func (t *table) forget(e *entry) {
	delete(t.of, e.handle)
	t.limbo++
}

// free takes back e, which was forgotten and which no packet names. It may be in
// the queue still.
func (t *table) free(e *entry) {
	t.limbo--
	e.source.release()
	e.source, e.state, e.want, e.stuck = nil, idle, 0, false
	t.unused = append(t.unused, e)
}
