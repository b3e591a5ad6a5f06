package reactor

import (
	"errors"
	"syscall"

	"github.com/rouse-io/rouse/internal/step"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// Register watches c for in, where it stands: a net.Conn, net.Listener,
// os.File or anything else with a SyscallConn method. It makes no duplicate and
// does not take c over: c is read, written and closed as before, and Go's
// runtime may watch it too. The registration does not keep c alive.
//
// Deregister before c is closed, or soon after: a closed handle reports nothing.
//
// The error of a c that was closed is the one that its SyscallConn or Control
// returns, net.ErrClosed or os.ErrClosed. The others are those of
// [Reactor.RegisterHandle].
func (r *Reactor) Register(c syscall.Conn, in Interest) (*Registration, error) {
	return registerConn(r, c, in)
}

// registerConn registers the handle of c with what it belongs to.
func registerConn(to interface {
	RegisterHandle(h Handle, in Interest) (*Registration, error)
}, c syscall.Conn, in Interest) (*Registration, error) {
	if c == nil {
		return nil, &Error{"Register", "nil connection"}
	}
	rc, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	var g *Registration
	var failed error
	// Control keeps the handle open while the poller is told of it.
	if err := rc.Control(func(fd uintptr) { g, failed = to.RegisterHandle(Handle(fd), in) }); err != nil {
		return nil, err
	}
	return g, failed
}

// RegisterHandle watches a handle for in. It should be non-blocking, because
// readiness is a hint; the reactor never reads, writes or closes it.
//
// The errors are package platform's: a handle that is registered already is
// platform.ErrExists, one that can't be polled platform.ErrNotPollable, an
// interest that this system can't watch errors.ErrUnsupported, one of no or
// unknown bits platform.ErrInvalid. After Close it is ErrShutdown.
func (r *Reactor) RegisterHandle(h Handle, in Interest) (*Registration, error) {
	return r.register(h, in, false)
}

// register registers a handle, which the registration owns from then on if own
// is true.
func (r *Reactor) register(h Handle, in Interest, own bool) (*Registration, error) {
	g, err := r.add(h, in, own)
	if r.trace.Register != nil {
		r.trace.Register(h, in, err)
	}
	return g, err
}

func (r *Reactor) add(h Handle, in Interest, own bool) (*Registration, error) {
	if !in.IsValid() {
		return nil, &Error{"Register", "interest " + in.String()}
	}
	s, err := r.set.allocate(h, in)
	if err != nil {
		return nil, err
	}
	g := &Registration{r: r, s: s, generation: s.generation}
	r.owners.mu.Lock()
	err = r.poller.Add(h, makeToken(s.index, s.generation), in, platform.Edge)
	if err == nil {
		// An owner that is there already has lost the handle: it was closed, or the
		// poller would have refused. Nothing comes for it any more.
		if lost := r.owners.of.get(h); lost != nil {
			lost.word.or(wordDeregistered)
			step.Go(lost.wakeEverybody) // not inside Register, whose caller may hold locks
		}
		r.owners.of.set(h, s)
		if own {
			r.owners.own.keep(s, h)
		}
		r.addYoung(g)
	}
	r.owners.mu.Unlock()
	if err != nil {
		r.set.abandon(s)
		return nil, gone(err)
	}
	r.counters.registered.Add(1)
	return g, nil
}

// deregister ends a registration: first at the system, then, whatever that
// said, here. It is called once for each; g is nil where it was forgotten.
func (r *Reactor) deregister(s *scheduledIO, g *Registration) error {
	h := Handle(s.handle.Load())
	s.word.or(wordDeregistered)
	var err error
	r.owners.mu.Lock()
	if r.owners.of.get(h) == s {
		r.owners.of.set(h, nil)
		err = r.poller.Delete(h)
	}
	owned := r.owners.own.leave(s)
	switch {
	case g == nil:
		r.counters.forgotten.Add(1)
	case g.place != grown:
		r.removeYoung(g)
	}
	r.owners.mu.Unlock()
	if errors.Is(err, platform.ErrNotFound) || errors.Is(err, platform.ErrClosed) {
		err = nil // it was closed, and has left the poller by itself; or the poller was
	}
	if owned {
		err = errors.Join(err, native.CloseHandle(h))
	}
	r.counters.deregistered.Add(1)
	s.wakeEverybody()
	if r.set.deregister(s) && r.awaiting.Load() {
		_ = r.Wake() // it fails only while the poller is being closed
	}
	if r.trace.Deregister != nil {
		r.trace.Deregister(h, err)
	}
	return err
}

// forget ends a registration that nobody can reach any more, unless it has ended:
// to take a finalizer off costs more than to let it find nothing to do, because the
// runtime looks for it among those of all the neighbours in memory.
func (g *Registration) forget() {
	if g.dead.CompareAndSwap(false, true) {
		_ = g.r.deregister(g.s, nil)
	}
}
