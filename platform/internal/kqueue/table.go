//go:build unix

package kqueue

import (
	"math/bits"
	"sync"

	"github.com/rouse-io/rouse/platform"
)

// A table has the entries of a poller, and makes the changes to their filters.
type table struct {
	queue   Queue
	dialect *Dialect

	// mu guards all below, and the entries. Under it no call is made that can
	// block.
	mu         sync.Mutex
	of         map[platform.Handle]*entry
	generation uint32
	turn       uint64
	changes    [MaxChanges]Kevent
}

func (t *table) open(q Queue, d *Dialect) {
	t.queue, t.dialect = q, d
	t.of = make(map[platform.Handle]*entry)
}

func (t *table) add(h platform.Handle, token platform.Token, in platform.Interest, m platform.Mode) error {
	k, err := kindOf("add", h)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.of[h]; e != nil {
		switch there, err := t.isThere(e); {
		case err != nil:
			return failed("add", h, "kevent", err)
		case there:
			return &platform.Error{Op: "add", Handle: h, Kind: platform.ErrExists}
		}
		delete(t.of, h)
	}
	e := &entry{token: token, handle: h, interest: in, mode: m, kind: k}
	if err := t.watch(e, in, m); err != nil {
		return failed("add", h, "kevent", err)
	}
	t.of[h] = e
	return nil
}

func (t *table) modify(h platform.Handle, token platform.Token, in platform.Interest, m platform.Mode) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.of[h]
	if e == nil {
		return &platform.Error{Op: "modify", Handle: h, Kind: platform.ErrNotFound}
	}
	if err := t.watch(e, in, m); err != nil {
		if isGone(err) {
			delete(t.of, h)
		} else {
			_ = t.watch(e, e.interest, e.mode) // as it was
		}
		return failed("modify", h, "kevent", err)
	}
	e.token, e.interest, e.mode, e.fired = token, in, m, false
	return nil
}

func (t *table) delete(h platform.Handle) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.of[h]
	if e == nil {
		return &platform.Error{Op: "delete", Handle: h, Kind: platform.ErrNotFound}
	}
	err := t.watch(e, 0, e.mode)
	if err == nil || isGone(err) {
		delete(t.of, h)
	}
	if err != nil {
		return failed("delete", h, "kevent", err)
	}
	return nil
}

// watch makes the kernel watch e for what it is asked for now, and for nothing
// else: what it has goes, as a filter keeps the mode that it was added with, and
// what is added is reported anew. Where a change fails e is watched for nothing.
func (t *table) watch(e *entry, in platform.Interest, m platform.Mode) error {
	flags := evAdd | modeFlags(m)
	old := bits.OnesCount8(uint8(e.filters))
	list := t.list(t.changes[:0], e, t.generation+1, e.filters, evDelete)
	list = t.list(list, e, t.generation+1, in, flags)
	if err := apply(t.queue, list); err != nil {
		return err
	}
	t.generation++
	e.generation, e.filters, e.read = t.generation, 0, e.kind.read
	var failure error
	noPeer := false
	for i := range list {
		filter, err := t.dialect.interest(list[i].Filter), list[i].errno()
		switch {
		case i < old:
			// One that was lost without a word is no proof that the handle was
			// closed, unless it is a socket's: see renew.
			if err != nil && (e.kind.socket || !isMissing(err)) {
				failure = err
			}
		case err == nil:
			e.filters |= filter
		case filter == platform.Writable && e.kind.pipe && isWithoutPeer(err):
			noPeer = true
		case failure == nil:
			failure = err
		}
	}
	if noPeer && failure == nil {
		failure = t.standIn(e, flags)
	}
	if failure != nil {
		_ = apply(t.queue, t.list(t.changes[:0], e, e.generation, e.filters, evDelete))
		e.filters = 0
	}
	return failure
}

// standIn adds EVFILT_READ to the writing end of a pipe whose reader is gone,
// where the kernel has no EVFILT_WRITE for it any more: it says so too.
func (t *table) standIn(e *entry, flags uint32) error {
	e.standsIn()
	if e.filters&platform.Readable != 0 {
		return nil
	}
	err := t.one(e, platform.Readable, flags)
	if err == nil {
		e.filters |= platform.Readable
	}
	return err
}

// renew puts back a filter that the kernel has dropped with its last event, as
// it does when the other end of a pipe or a device goes. It has said what there
// is to say, so but for a level it is there only to be found.
func (t *table) renew(e *entry, filter platform.Interest) {
	flags := evAdd | evDisable
	if e.mode == platform.Level {
		flags = evAdd | modeFlags(e.mode)
	}
	e.filters &^= filter
	switch err := t.one(e, filter, flags); {
	case err == nil:
		e.filters |= filter
	case filter == platform.Writable && e.kind.pipe && isWithoutPeer(err):
		_ = t.standIn(e, flags)
	}
}

// isThere reports whether the kernel still has the filters of e. It has not
// when the handle was closed. An error says that the kernel can't tell.
func (t *table) isThere(e *entry) (bool, error) {
	filter := e.filters & -e.filters
	if filter == 0 {
		return false, nil
	}
	err := t.one(e, filter, 0)
	if err != nil && isGone(err) {
		return false, nil
	}
	return err == nil, err
}

// one makes a change of one filter, or asks for it where there are no flags.
func (t *table) one(e *entry, filter platform.Interest, flags uint32) error {
	list := t.list(t.changes[:0], e, e.generation, filter, flags)
	if err := apply(t.queue, list); err != nil {
		return err
	}
	return list[0].errno()
}

// list appends a change of each filter of a set.
func (t *table) list(list []Kevent, e *entry, generation uint32, filters platform.Interest, flags uint32) []Kevent {
	for bit := platform.Readable; bit <= platform.Priority; bit <<= 1 {
		if filters&bit != 0 {
			filter, fflags := t.dialect.arm(bit)
			list = append(list, Kevent{
				Ident:  uintptr(e.handle),
				Filter: filter,
				Flags:  flags | evReceipt,
				Fflags: fflags,
				Udata:  generation,
			})
		}
	}
	return list
}
