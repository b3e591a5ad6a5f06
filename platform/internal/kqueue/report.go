//go:build unix

package kqueue

import "github.com/rouse-io/rouse/platform"

// report turns k events of the queue into events of the contract. A handle's
// filters have one event together. It also reports whether the waker was among
// them.
func (t *table) report(k int, w *waker, events []platform.Event) (n int, woken bool) {
	if k == 0 {
		return 0, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.turn++
	for i := range k {
		ev := t.queue.Event(i)
		if w.takes(&ev) {
			woken = true
			continue
		}
		e := t.of[platform.Handle(ev.Ident)]
		if e == nil || e.generation != ev.Udata {
			continue // it was deleted or modified since
		}
		ready := t.ready(e, &ev)
		switch {
		case ready == 0:
		case e.turn == t.turn:
			events[e.place].Ready |= ready
		case !e.fired:
			events[n] = platform.Event{Token: e.token, Ready: ready}
			e.turn, e.place = t.turn, n
			e.fired = e.mode == platform.OneShot
			n++
		}
	}
	return n, woken
}

// ready returns what an event means.
func (t *table) ready(e *entry, ev *Kevent) platform.Ready {
	filter := t.dialect.interest(ev.Filter)
	ready := t.dialect.decode(e.about(filter), ev, e.kind.ends)
	if ev.Flags&evOneshot != 0 {
		t.renew(e, filter)
	}
	return ready
}
