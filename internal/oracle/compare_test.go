package oracle

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// directionsOf are the two.
var directionsOf = [...]reactor.Direction{reactor.Read, reactor.Write}

// closedBit is what a direction is said to be when it has come to its end.
func closedBit(d reactor.Direction) reactor.Ready {
	if d == reactor.Write {
		return reactor.ReadyWriteClosed
	}
	return reactor.ReadyReadClosed
}

// compare compares what the reactor knows with what the system says.
func (w *world) compare() {
	for i := range w.ends {
		if e := &w.ends[i]; e.is && w.found == nil {
			w.compareEnd(e)
		}
	}
	if w.late.Load() {
		w.fail(lateWake, "a waker was woken")
	}
}

func (w *world) compareEnd(e *end) {
	if g := e.watch; g != nil && !w.closed {
		holds, err := look(e.handle, g.in, 0)
		if err != nil {
			w.fail(broken, "poll of end %d: %v", e.number, err)
			return
		}
		for _, d := range directionsOf {
			if g.in&d.Interest() == 0 {
				continue
			}
			dir := &g.dirs[d]
			if holds&d.Interest() != 0 && !dir.silent && (knowsFresh || !e.fresh) && !differs(e) {
				w.reach(e, d)
				w.answered(e, d)
			}
			w.glance(e, d)
		}
		w.collect(e, 0)
	}
	w.level(e)
}

// reach waits until the reactor knows that a direction is ready.
func (w *world) reach(e *end, d reactor.Direction) {
	g := e.watch
	if w.running {
		ctx, cancel := context.WithTimeout(context.Background(), w.patience)
		defer cancel()
		if _, err := g.Readiness(ctx, d.Interest()); err != nil {
			w.fail(lost, "end %d would not block in %v, and the reactor does not know: %v", e.number, d, err)
		}
		return
	}
	for until := time.Now().Add(w.patience); !g.ready(d); {
		left := time.Until(until)
		if left <= 0 {
			w.fail(lost, "end %d would not block in %v, and the reactor does not know", e.number, d)
			return
		}
		if _, err := w.r.Turn(left); err != nil {
			w.fail(wrongError, "Turn: %v", err)
			return
		}
	}
}

// answered checks that who waits for a direction that is known to be ready is
// told.
func (w *world) answered(e *end, d reactor.Direction) {
	if w.found != nil {
		return
	}
	w.compared++
	dir := &e.watch.dirs[d]
	if dir.parked != nil {
		w.await(dir.parked, lost)
		dir.parked = nil
	}
	w.collect(e, d.Interest())
}

// await waits for a waker that must be woken.
func (w *world) await(p *waker, otherwise fault) {
	w.told++
	if p.isWoken() || w.found != nil {
		return
	}
	timeout := time.NewTimer(w.patience)
	defer timeout.Stop()
	select {
	case <-p.woken:
	case <-timeout.C:
		w.fail(otherwise, "a waker is not woken")
	}
}

// collect takes what the goroutines return that wait on an end: all that wait for
// any of must do, and of the others those that already have.
func (w *world) collect(e *end, must reactor.Interest) {
	g := e.watch
	left := g.waiters[:0]
	for _, v := range g.waiters {
		// Who waits for what is not watched any more is told so.
		out, ok := w.outcome(v, v.in&must != 0 || v.in&g.in == 0 || v.cancelled, lost)
		switch {
		case !ok:
			left = append(left, v)
			continue
		case out.err == nil:
			w.claim(e, out.ev.Ready)
		case errors.Is(out.err, context.Canceled), errors.Is(out.err, os.ErrInvalid) && v.in&g.in == 0:
		default:
			w.fail(wrongError, "Readiness of end %d: %v", e.number, out.err)
		}
		v.cancel()
	}
	g.waiters = left
}

// outcome returns what a goroutine's Readiness did. Where it must return it is
// waited for.
func (w *world) outcome(v *waiter, must bool, otherwise fault) (outcome, bool) {
	select {
	case out := <-v.result:
		w.told++
		return out, true
	default:
	}
	if !must || w.found != nil {
		return outcome{}, false
	}
	timeout := time.NewTimer(w.patience)
	defer timeout.Stop()
	select {
	case out := <-v.result:
		w.told++
		return out, true
	case <-timeout.C:
		w.fail(otherwise, "a goroutine waits on, for %v", v.in)
		v.cancel()
		return outcome{}, false
	}
}

// glance looks at what the reactor says of a direction, without leaving anything
// there, and notes which directions it calls closed.
func (w *world) glance(e *end, d reactor.Direction) {
	g := e.watch
	if p := g.dirs[d].parked; p != nil && p.isWoken() {
		g.dirs[d].parked = nil
	}
	if w.found != nil || !g.ready(d) {
		return
	}
	ev, err := g.poll(d, newWaker(&w.late))
	if err != nil {
		w.fail(lost, "end %d is ready in %v for TryIO, and else: %v", e.number, d, err)
		return
	}
	w.claim(e, ev.Ready)
}

// claim notes that directions of an end were said to be closed.
func (w *world) claim(e *end, is reactor.Ready) {
	e.closed |= is & (reactor.ReadyReadClosed | reactor.ReadyWriteClosed)
	if e.closed != 0 && (e.kind.hasMessages() || e.kind == listening) {
		w.fail(falseClosed, "end %d is said to be %v, and a %v never ends", e.number, is, e.kind)
	}
}

// level checks that what is closed is for good: the system says that it would
// not block, now and always.
func (w *world) level(e *end) {
	for _, d := range directionsOf {
		if e.closed&closedBit(d) == 0 || w.found != nil {
			continue
		}
		switch holds, err := look(e.handle, d.Interest(), 0); {
		case err != nil:
			w.fail(broken, "poll of end %d: %v", e.number, err)
		case holds == 0:
			w.fail(falseClosed, "end %d is said to be closed for %v, and would block", e.number, d)
		}
	}
}
