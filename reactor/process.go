package reactor

import (
	"errors"
	"os"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// RegisterProcess watches a process, a child or any other, which is readable
// once it has ended, and from then on. It is not reaped by that: a child must be
// waited for, but p.Wait does not block any more.
//
// A goroutine waits by Readiness with Readable, and finds the process ended
// whenever it returns without an error; a Waker by PollReadReady. There is
// nothing to read, and nothing to clear: what was cleared may not come again.
//
// The registration has a handle of its own for p, a pidfd on Linux, a kqueue on
// BSD and macOS, a process handle on Windows. So it never takes another process
// for p, and p may be waited for, released or reaped at any time. That handle is
// closed when the registration ends, by Deregister, by Close of the reactor or
// because it was forgotten: nobody else may close it.
//
// The error of a process that was waited for already is os.ErrProcessDone. One
// that has ended and was not waited for is readable at once; some BSDs and macOS
// say os.ErrProcessDone of that, too. A process that was released is
// os.ErrInvalid, as is a nil p; on Windows package os does not tell it from one
// that was waited for. Where the system has no such handles (Linux before 5.3) it
// is errors.ErrUnsupported. The others are those of [Reactor.RegisterHandle].
func (r *Reactor) RegisterProcess(p *os.Process) (*Registration, error) {
	return r.registerOwn(native.OpenProcess(p))
}

// registerOwn registers a source that was opened for it, unless that failed.
func (r *Reactor) registerOwn(h Handle, err error) (*Registration, error) {
	if err != nil {
		return nil, err
	}
	g, err := r.register(h, Readable, true)
	if err != nil {
		_ = native.CloseHandle(h) // the error is why
		return nil, err
	}
	return g, nil
}

// own are the handles that are closed with their registrations. Most reactors
// have none.
type own map[*scheduledIO]Handle

// keep notes that a registration owns its handle.
func (o *own) keep(s *scheduledIO, h Handle) {
	if *o == nil {
		*o = make(own)
	}
	(*o)[s] = h
}

// leave reports whether a registration, which has ended, owned its handle: it
// must be closed.
func (o own) leave(s *scheduledIO) bool {
	_, ok := o[s]
	delete(o, s)
	return ok
}

// closeOwn closes the handles of all registrations, after the poller.
func (r *Reactor) closeOwn() error {
	r.owners.mu.Lock()
	all := r.owners.own
	r.owners.own = nil
	for s := range all {
		s.handle.Store(uintptr(platform.NoHandle)) // its number may soon be another's
	}
	r.owners.mu.Unlock()
	var errs []error
	for _, h := range all {
		errs = append(errs, native.CloseHandle(h))
	}
	return errors.Join(errs...)
}
