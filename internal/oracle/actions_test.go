package oracle

import (
	"errors"
	"os"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// do plays a step.
func (w *world) do(st step) {
	e := &w.ends[st.end]
	needs := forms[st.op].needs
	if needs != nothing && !e.is || needs == aWatch && e.watch == nil {
		return
	}
	switch st.op {
	case pair:
		w.makePair(&w.ends[st.end&^1], &w.ends[st.end|1], kind(st.arg))
	case open:
		if !e.is {
			h, err := sock.Open(sock.Inet4, sock.Stream)
			w.make(e, tcp, h, err)
			e.fresh = true
		}
	case listen:
		if !e.is {
			h, _, err := sock.Listen(loopback)
			w.make(e, listening, h, err)
		}
	case accept:
		if l := &w.ends[st.arg]; !e.is && l.is && l.kind == listening {
			w.accept(e, l)
		}
	case connect:
		if l := &w.ends[st.arg]; e.fresh && l.is && l.kind == listening {
			w.connect(e, l)
		}
	case write:
		w.write(e, st.arg)
	case fill:
		for range e.kind.few(1000) {
			if !w.write(e, len(w.buf)) {
				break
			}
		}
	case read:
		w.read(e, st.arg)
	case drain:
		for range 10000 {
			if !w.read(e, len(w.buf)) {
				break
			}
		}
	case halfClose:
		if (e.kind == tcp || e.kind == stream) && !e.fresh && sock.CloseWrite(e.handle) == nil {
			w.arrived(e.peer)
		}
	case reset:
		w.drop(e, true)
	case closeEnd:
		w.drop(e, false)
	case register:
		w.register(e, e.interest(reactor.Interest(st.arg)))
	case reregister:
		w.reregister(e.watch, e.interest(reactor.Interest(st.arg)))
	case deregister:
		switch {
		case e.watch != nil:
			w.deregister(e.watch)
			e.watch = nil
		case len(w.orphans) > 0:
			w.deregister(w.orphans[0])
			w.orphans = w.orphans[1:]
		}
	case see:
		w.see(e, reactor.Direction(st.arg))
	case clearSeen:
		w.clear(&e.watch.dirs[st.arg], e.watch)
	case park:
		w.park(e, reactor.Direction(st.arg))
	case readIO:
		w.transfer(e, reactor.Read, st.arg)
	case writeIO:
		w.transfer(e, reactor.Write, st.arg)
	case wait:
		w.wait(e, reactor.Interest(st.arg))
	case cancel:
		for _, v := range e.watch.waiters {
			v.cancelled = true
			v.cancel()
		}
		w.collect(e, 0)
	case wake:
		w.wake()
	case turn:
		if !w.running && !w.closed {
			w.pass()
		}
	case closeReactor:
		w.closeReactor()
	}
}

// make fills an end that was free with a handle that was just made.
func (w *world) make(e *end, k kind, h platform.Handle, err error) {
	if err != nil {
		w.fail(broken, "%v: %v", k, err)
		return
	}
	*e = end{number: e.number, kind: k, handle: h, is: true}
}

func (w *world) makePair(a, b *end, k kind) {
	if a.is || b.is || !has(k) {
		return
	}
	ha, hb, err := makePair(k, w.patience)
	w.make(a, k, ha, err)
	w.make(b, k, hb, err)
	a.peer, b.peer = b, a
}

// accept takes a connection into an end that was free.
func (w *world) accept(e, l *end) {
	h, from, err := sock.AcceptFrom(l.handle)
	if err != nil {
		w.blocked(l, reactor.Read, err)
		return
	}
	w.make(e, tcp, h, nil)
	for i := range w.ends {
		p := &w.ends[i]
		if !p.is || p.kind != tcp || p == e {
			continue
		}
		if at, err := sock.Local(p.handle); err == nil && at == from {
			e.peer, p.peer = p, e
		}
	}
}

func (w *world) connect(e, l *end) {
	addr, err := sock.Local(l.handle)
	if err == nil {
		_, err = sock.StartConnecting(e.handle, sock.Inet4, addr)
	}
	if err != nil {
		w.fail(broken, "connect: %v", err)
		return
	}
	e.fresh = false
	for _, one := range [...]*end{e, l} {
		if one.watch != nil {
			one.watch.dirs[reactor.Read].news()
		}
	}
	if e.watch != nil {
		e.watch.dirs[reactor.Write].news()
	}
}

// write writes n bytes, and reports whether more of them would do any good.
func (w *world) write(e *end, n int) bool {
	if !e.writes() || e.kind == listening {
		return false
	}
	return w.send(e, n) == nil
}

// send writes n bytes.
func (w *world) send(e *end, n int) error {
	n, err := native.Write(e.handle, w.buf[:n])
	switch {
	case err != nil:
		w.blocked(e, reactor.Write, err)
		return err
	case e.closed&reactor.ReadyWriteClosed != 0:
		w.fail(falseClosed, "end %d is said to be closed for writing, and takes %d bytes", e.number, n)
	}
	e.sent += n
	w.arrived(e.peer)
	return nil
}

// read reads up to n bytes, or takes a connection, and reports whether there may
// be more.
func (w *world) read(e *end, n int) bool {
	if !e.reads() {
		return false
	}
	if e.kind == listening {
		c, err := sock.Accept(e.handle)
		if err != nil {
			w.blocked(e, reactor.Read, err)
			return false
		}
		_ = sock.Close(c)
		return true
	}
	n, err := native.Read(e.handle, w.buf[:n])
	if err != nil {
		w.blocked(e, reactor.Read, err)
		return e.kind.hasMessages() && err != native.WouldBlock // an error is taken, and the next may be a message
	}
	return n > 0 || e.kind.hasMessages()
}

// blocked notes what an operation failed with. Would-block is what clears
// readiness, and proves that a direction is not closed.
func (w *world) blocked(e *end, d reactor.Direction, err error) {
	if err != native.WouldBlock {
		return
	}
	if e.closed&closedBit(d) != 0 {
		holds, err := look(e.handle, d.Interest(), 0)
		w.fail(falseClosed, "end %d, a %v, is said to be %v, and in %v an operation would block; the system says %v, %v",
			e.number, e.kind, e.closed, d, holds, err)
	}
	if e.watch != nil {
		e.watch.dirs[d].news()
	}
	if d == reactor.Read && e.peer != nil {
		e.peer.sent = 0
	}
}

// windowSize is what a TCP connection takes in any case, if it has read all
// before. What is more may stay with the sender.
const windowSize = 1 << 15

// arrived waits until what one end did is there at its peer, so that a script
// does the same each time. It is a new edge, unless it may still be on its way, or
// may have been dropped.
func (w *world) arrived(peer *end) {
	if peer == nil || !peer.is || w.found != nil {
		return
	}
	if peer.kind == tcp || peer.kind == udp {
		// It is not rouse's if this fails, and there is always an answer.
		_, _ = look(peer.handle, reactor.Readable, w.patience)
	}
	from := peer.peer
	if peer.watch != nil && peer.kind != udp && (peer.kind != tcp || from != nil && from.sent <= windowSize) {
		peer.watch.dirs[reactor.Read].news()
	}
}

// drop closes an end. What is registered stays so, of a handle that is gone.
func (w *world) drop(e *end, abruptly bool) {
	if !e.is {
		return
	}
	w.audit(e)
	if g := e.watch; g != nil && deregistersFirst {
		w.deregister(g)
		e.watch = nil
	} else if g != nil {
		w.orphans = append(w.orphans, g)
	}
	if abruptly && e.kind == tcp {
		_ = sock.SetLinger(e.handle, 0)
	}
	if err := sock.Close(e.handle); err != nil {
		w.fail(broken, "close: %v", err)
	}
	e.is = false
	if !e.kind.hasMessages() {
		w.arrived(e.peer)
	}
	if e.peer != nil {
		e.peer.peer = nil
	}
	*e = end{number: e.number}
}

// audit checks that directions which are said to be closed have come to their
// end: all can be read, and nothing can be written.
func (w *world) audit(e *end) {
	if !e.is || w.found != nil {
		return
	}
	w.level(e)
	if e.closed&reactor.ReadyReadClosed != 0 {
		w.audited++
		for more := true; more && w.found == nil; {
			more = w.read(e, len(w.buf))
		}
	}
	if e.closed&reactor.ReadyWriteClosed != 0 {
		w.audited++
		w.write(e, 1)
	}
}

func (w *world) register(e *end, in reactor.Interest) {
	g, err := w.r.RegisterHandle(e.handle, in)
	switch {
	case w.closed:
		if !errors.Is(err, reactor.ErrShutdown) {
			w.fail(wrongError, "Register after Close: %v", err)
		}
	case e.watch != nil:
		if !errors.Is(err, platform.ErrExists) {
			w.fail(wrongError, "Register twice: %v", err)
		}
	case err != nil:
		w.fail(wrongError, "Register: %v", err)
	default:
		w.begun++
		e.watch = &watch{registration: g, in: in}
	}
}

func (w *world) reregister(g *watch, in reactor.Interest) {
	err := g.Reregister(in)
	if w.closed {
		if !errors.Is(err, reactor.ErrShutdown) {
			w.fail(wrongError, "Reregister after Close: %v", err)
		}
		return
	}
	if err != nil {
		w.fail(wrongError, "Reregister: %v", err)
		return
	}
	dropped := g.in &^ in
	g.in = in
	for _, d := range directionsOf {
		dir := &g.dirs[d]
		dir.silent = false
		if p := dir.parked; p != nil && dropped&d.Interest() != 0 {
			w.await(p, forgotten)
			dir.parked = nil
		}
	}
}

// deregister ends a registration, and checks that all are told, once.
func (w *world) deregister(g *watch) {
	if err := g.Deregister(); err != nil {
		w.fail(wrongError, "Deregister: %v", err)
	}
	w.over(g)
	if !w.closed {
		w.pass()
	}
	if err := g.Deregister(); !errors.Is(err, reactor.ErrDeregistered) {
		w.fail(wrongError, "second Deregister: %v", err)
	}
	if _, err := g.poll(reactor.Read, newWaker(&w.late)); !errors.Is(err, reactor.ErrDeregistered) {
		w.fail(wrongError, "PollReadReady after Deregister: %v", err)
	}
	for _, p := range g.wakers {
		p.gone.Store(true)
	}
}

// over waits until all are told that a registration has ended.
func (w *world) over(g *watch) {
	for i := range g.dirs {
		if p := g.dirs[i].parked; p != nil {
			w.await(p, forgotten)
			g.dirs[i].parked = nil
		}
	}
	for _, v := range g.waiters {
		out, ok := w.outcome(v, true, forgotten)
		if ok && !allowed(out.err, nil, reactor.ErrDeregistered, reactor.ErrShutdown) {
			w.fail(wrongError, "Readiness of a registration that has ended: %v", out.err)
		}
		v.cancel()
	}
	g.waiters = nil
}

// allowed reports whether err is one of these.
func allowed(err error, these ...error) bool {
	for _, one := range these {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// see keeps the readiness of a direction.
func (w *world) see(e *end, d reactor.Direction) {
	g := e.watch
	if g.in&d.Interest() == 0 || w.closed || !g.ready(d) {
		return
	}
	ev, err := g.poll(d, newWaker(&w.late))
	if err != nil {
		w.fail(lost, "end %d is ready in %v for TryIO, and else: %v", e.number, d, err)
		return
	}
	w.claim(e, ev.Ready)
	dir := &g.dirs[d]
	dir.seen, dir.kept, dir.honest = ev, true, false
}

// clear clears what was kept.
func (w *world) clear(dir *direction, g *watch) {
	if !dir.kept {
		return
	}
	g.ClearReadiness(dir.seen)
	dir.silent = dir.silent || !dir.honest
	dir.kept = false
}

// park leaves a waker.
func (w *world) park(e *end, d reactor.Direction) {
	g := e.watch
	if g.in&d.Interest() == 0 {
		return
	}
	p := newWaker(&w.late)
	ev, err := g.poll(d, p)
	switch {
	case w.closed:
		if !errors.Is(err, reactor.ErrShutdown) {
			w.fail(wrongError, "park after Close: %v", err)
		}
	case err == nil:
		w.claim(e, ev.Ready)
	case errors.Is(err, reactor.ErrPending):
		g.dirs[d].parked = p // who was there before is not woken any more
		g.wakers = append(g.wakers, p)
	default:
		w.fail(wrongError, "park: %v", err)
	}
}

// transfer reads or writes when the reactor says that it is worth trying, and else
// leaves a waker.
func (w *world) transfer(e *end, d reactor.Direction, n int) {
	g := e.watch
	if g.in&d.Interest() == 0 || e.kind == listening {
		return
	}
	p := newWaker(&w.late)
	var tried error
	err := g.PollIO(d, p, func() error {
		if d == reactor.Write {
			tried = w.send(e, n)
		} else if _, tried = native.Read(e.handle, w.buf[:n]); tried != nil {
			w.blocked(e, d, tried)
		}
		return tried
	})
	switch {
	case w.closed:
		if !errors.Is(err, reactor.ErrShutdown) {
			w.fail(wrongError, "%v after Close: %v", d, err)
		}
	case errors.Is(err, reactor.ErrPending):
		g.dirs[d].parked = p
		g.wakers = append(g.wakers, p)
	case err != tried:
		w.fail(wrongError, "%v says %v, and its operation %v", d, err, tried)
	}
}

// waiterLimit is how many goroutines wait at an end.
const waiterLimit = 4

// wait starts a goroutine that waits.
func (w *world) wait(e *end, in reactor.Interest) {
	g := e.watch
	if len(g.waiters) == waiterLimit {
		return
	}
	g.waiters = append(g.waiters, startWaiter(g.registration, in))
	if w.closed {
		w.over(g)
	}
}

// wake wakes the reactor: the next turn, or the one under way, ends.
func (w *world) wake() {
	switch {
	case w.closed:
	case w.running:
		w.pass()
	default:
		if err := w.r.Wake(); err != nil {
			w.fail(wrongError, "Wake: %v", err)
		}
		start := time.Now()
		if _, err := w.r.Turn(w.patience); err != nil && !errors.Is(err, os.ErrClosed) {
			w.fail(wrongError, "Turn: %v", err)
		}
		if time.Since(start) >= w.patience {
			w.fail(lost, "the reactor was woken, and the turn does not end")
		}
	}
}
