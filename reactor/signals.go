package reactor

import (
	"os"

	"github.com/rouse-io/rouse/platform/native"
)

// RegisterSignals watches a set of signals, which is readable while one that was
// sent to the process waits to be read:
//
//	err := g.AsyncIO(ctx, reactor.Readable, func() (err error) {
//		sig, err = native.ReadSignal(g.Handle())
//		return err
//	})
//
// This is no replacement of package os/signal, which says what a signal does and
// is what most programs want; it is for those that have all their events in one
// loop. What can be read, the system and Go's runtime say:
//
//   - Linux: what every thread blocks, since the program began, and signal.Notify
//     was not asked for. Such a signal does nothing else. Go's runtime lets none of
//     those be blocked that it needs or that end a program: SIGINT, SIGTERM,
//     SIGHUP, SIGQUIT and SIGCHLD are os/signal's alone.
//   - BSD and macOS: every signal that is sent to the process, beside what os/signal
//     makes of it. So call signal.Ignore or signal.Notify for one that would end
//     the program.
//
// See linux.OpenSignals and freebsd.OpenSignals. Several signals of one number may
// be read as one; where several registrations have a signal in their sets, on
// Linux one of them reads it, elsewhere each.
//
// The registration has a handle of its own, a signalfd on Linux, a kqueue
// elsewhere, which is closed when the registration ends, by Deregister, by Close
// of the reactor or because it was forgotten: nobody else may close it.
//
// The error of an empty set is os.ErrInvalid, and so is that of one with a signal
// that is nil or no syscall.Signal, SIGKILL or SIGSTOP, or a number that is no
// signal's. Windows, which has no signals, is errors.ErrUnsupported. The others
// are those of [Reactor.RegisterHandle].
func (r *Reactor) RegisterSignals(sigs ...os.Signal) (*Registration, error) {
	return r.registerOwn(native.OpenSignals(sigs...))
}
