//go:build interleave

package reactor

import (
	"time"

	"github.com/rouse-io/rouse/internal/interleave"
	"github.com/rouse-io/rouse/platform"
)

// A kernel is a model of what a poller stands on: each call is one step. It has a
// socket for each handle that is asked for.
type kernel struct {
	table   interleave.Object // handles and sockets
	handles map[Handle]*watched
	sockets map[Handle]int // bytes to read
	deletes int

	queue  interleave.Object // what ends a wait
	events []platform.Event
	woken  bool

	closed bool // guarded by both: closing is a step on both

	// The kernel has no edges: it reports a direction once, and then not before it
	// was re-armed.
	levels bool
}

// A watched is a handle in a kernel.
type watched struct {
	token platform.Token
	armed Interest
}

func newKernel() *kernel {
	return &kernel{handles: make(map[Handle]*watched), sockets: make(map[Handle]int)}
}

func (k *kernel) err(kind error) error {
	return &platform.Error{Op: "model", Handle: platform.NoHandle, Kind: kind}
}

// on is a call that concerns a handle.
func (k *kernel) on(name string, f func() error) (err error) {
	interleave.Do(name, func() {
		if err = k.err(platform.ErrClosed); !k.closed {
			err = f()
		}
	}, &k.table, &k.queue)
	return err
}

func (k *kernel) Add(h Handle, t platform.Token, in Interest, _ platform.Mode) error {
	return k.on("poller.Add", func() error {
		if k.handles[h] != nil {
			return k.err(platform.ErrExists)
		}
		k.handles[h] = &watched{t, in}
		k.report(h)
		return nil
	})
}

func (k *kernel) Modify(h Handle, t platform.Token, in Interest, _ platform.Mode) error {
	return k.on("poller.Modify", func() error {
		if k.handles[h] == nil {
			return k.err(platform.ErrNotFound)
		}
		*k.handles[h] = watched{t, in}
		k.report(h)
		return nil
	})
}

func (k *kernel) Delete(h Handle) error {
	return k.on("poller.Delete", func() error {
		k.deletes++
		if k.handles[h] == nil {
			return k.err(platform.ErrNotFound)
		}
		k.forget(h)
		return nil
	})
}

func (k *kernel) Rearm(h Handle, t platform.Token, in Interest) error {
	if !k.levels {
		return nil
	}
	return k.on("poller.Rearm", func() error {
		if k.handles[h] == nil || k.handles[h].token != t {
			return k.err(platform.ErrNotFound)
		}
		k.handles[h].armed |= in
		k.report(h)
		return nil
	})
}

func (k *kernel) Wait(events []platform.Event, timeout time.Duration) (n int, err error) {
	interleave.Await("poller.Wait", func() bool {
		return timeout == 0 || len(k.events) > 0 || k.woken || k.closed
	}, func() {
		if k.closed {
			err = k.err(platform.ErrClosed)
			return
		}
		n = copy(events, k.events)
		k.events = k.events[n:]
		k.woken = false
	}, &k.queue)
	return n, err
}

func (k *kernel) CanPark() bool { return true }

func (k *kernel) Park(events []platform.Event, timeout time.Duration) (int, error) {
	return k.Wait(events, timeout)
}

func (k *kernel) Wake() (err error) {
	interleave.Do("poller.Wake", func() {
		if k.closed {
			err = k.err(platform.ErrClosed)
		}
		k.woken = true
	}, &k.queue)
	return err
}

func (k *kernel) Close() error {
	return k.on("poller.Close", func() error {
		k.closed = true
		return nil
	})
}

// report queues an event for a socket that has something to read.
func (k *kernel) report(h Handle) {
	if k.sockets[h] > 0 {
		k.event(h, ReadyReadable)
	}
}

// event queues an event for a handle, if it is watched. One for a token is
// enough.
func (k *kernel) event(h Handle, ready Ready) {
	w := k.handles[h]
	if w == nil {
		return
	}
	if k.levels {
		if w.armed&Readable == 0 {
			return
		}
		w.armed &^= Readable
	}
	for i := range k.events {
		if k.events[i].Token == w.token {
			k.events[i].Ready |= ready
			return
		}
	}
	k.events = append(k.events, platform.Event{Token: w.token, Ready: ready})
}

// forget takes a handle off, with its events.
func (k *kernel) forget(h Handle) {
	token := k.handles[h].token
	delete(k.handles, h)
	kept := k.events[:0]
	for _, ev := range k.events {
		if ev.Token != token {
			kept = append(kept, ev)
		}
	}
	k.events = kept
}

// post queues an event for a handle.
func (k *kernel) post(h Handle, ready Ready) {
	interleave.Do("event", func() { k.event(h, ready) }, &k.table, &k.queue)
}

// postLate queues an event for a token that may have gone.
func (k *kernel) postLate(t platform.Token, ready Ready) {
	interleave.Do("late event", func() { k.events = append(k.events, platform.Event{Token: t, Ready: ready}) }, &k.queue)
}

// write lets the peer of a socket write a byte.
func (k *kernel) write(h Handle) {
	interleave.Do("peer writes", func() {
		k.sockets[h]++
		k.event(h, ReadyReadable)
	}, &k.table, &k.queue)
}

// read reads a byte from a socket.
func (k *kernel) read(h Handle) (err error) {
	interleave.Do("read", func() {
		if k.sockets[h] == 0 {
			err = ErrWouldBlock
			return
		}
		k.sockets[h]--
	}, &k.table)
	return err
}

// closeHandle closes a socket: the kernel forgets it.
func (k *kernel) closeHandle(h Handle) {
	interleave.Do("close", func() {
		if k.handles[h] != nil {
			k.forget(h)
		}
	}, &k.table, &k.queue)
}

var _ platform.Parker = (*kernel)(nil)
