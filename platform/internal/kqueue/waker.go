//go:build unix

package kqueue

import (
	"errors"
	"os"
	"syscall"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// A waker is what ends a Wait: an EVFILT_USER, or a pipe where the system has
// none. Its events are told by filter and ident together, because an ident alone
// may be a descriptor's too.
type waker struct {
	filter int32
	ident  uintptr
	pipe   bool // ident is its reading end
	writer int  // the other one
}

// open adds a waker to a queue.
func (w *waker) open(q Queue, d *Dialect) error {
	w.filter = d.evfiltUser
	if d.pipe {
		reader, writer, err := openPipe()
		if err != nil {
			return err
		}
		*w = waker{filter: d.evfiltRead, ident: uintptr(reader), pipe: true, writer: writer}
	}
	err := applyOne(q, Kevent{Ident: w.ident, Filter: w.filter, Flags: evAdd | evClear | evReceipt})
	if err != nil {
		return errors.Join(os.NewSyscallError("kevent", err), w.close())
	}
	return nil
}

// signal makes an event. It is not lost where there is nobody to see it yet.
func (w *waker) signal(q Queue) error {
	if !w.pipe {
		// No EV_CLEAR here: on FreeBSD it would take the wake back.
		err := q.Trigger(Kevent{Ident: w.ident, Filter: w.filter, Fflags: noteTrigger})
		if err == unix.EINTR {
			return nil // after the change
		}
		return os.NewSyscallError("kevent", err)
	}
	for {
		_, err := unix.Write(w.writer, []byte{0})
		if err != unix.EINTR {
			return os.NewSyscallError("write", err)
		}
	}
}

// takes reports whether an event is the waker's. A pipe is emptied: a full one
// has no edges.
func (w *waker) takes(ev *Kevent) bool {
	if ev.Filter != w.filter || ev.Ident != w.ident {
		return false
	}
	if w.pipe {
		var bytes [8]byte
		for {
			if _, err := unix.Read(int(w.ident), bytes[:]); err != unix.EINTR {
				break
			}
		}
	}
	return true
}

// owns reports whether h is one of the waker's descriptors.
func (w *waker) owns(h platform.Handle) bool {
	return w.pipe && (h == platform.Handle(w.ident) || h == platform.Handle(w.writer))
}

// close closes what open opened.
func (w *waker) close() error {
	if !w.pipe {
		return nil
	}
	return errors.Join(
		os.NewSyscallError("close", unix.Close(int(w.ident))),
		os.NewSyscallError("close", unix.Close(w.writer)),
	)
}

// openPipe opens a pipe that is non-blocking, and that no child inherits.
func openPipe() (reader, writer int, err error) {
	var fds [2]int
	syscall.ForkLock.RLock()
	err = unix.Pipe(fds[:])
	if err == nil {
		unix.CloseOnExec(fds[0])
		unix.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, 0, os.NewSyscallError("pipe", err)
	}
	if err := errors.Join(unix.SetNonblock(fds[0], true), unix.SetNonblock(fds[1], true)); err != nil {
		_ = unix.Close(fds[0])
		_ = unix.Close(fds[1])
		return 0, 0, os.NewSyscallError("fcntl", err)
	}
	return fds[0], fds[1], nil
}
