//go:build unix

package kqueue

import (
	"math"
	"os"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/internal/signum"
	"golang.org/x/sys/unix"
)

// OpenSignals makes a queue readable while it has a signal of a set, and returns
// its descriptor. Where it fails it closes the queue.
func OpenSignals(q Queue, d *Dialect, sigs []os.Signal) (platform.Handle, error) {
	if err := watchSignals(q, d, sigs); err != nil {
		_ = q.Close()
		return platform.NoHandle, err
	}
	return platform.Handle(q.FD()), nil
}

func watchSignals(q Queue, d *Dialect, sigs []os.Signal) error {
	if len(sigs) == 0 {
		return platform.Invalid("open", platform.NoHandle, "kevent")
	}
	for _, s := range sigs {
		n, ok := signum.Of(s, d.lastSignal)
		if !ok {
			return platform.Invalid("open", platform.NoHandle, "kevent")
		}
		if err := applyOne(q, Kevent{Ident: uintptr(n), Filter: d.evfiltSignal, Flags: evAdd | evReceipt}); err != nil {
			return &platform.Error{Op: "open", Handle: platform.NoHandle, Err: os.NewSyscallError("kevent", err)}
		}
	}
	return nil
}

// ReadSignal takes a signal from a descriptor that OpenSignals has returned.
// Take is kevent(2) on a descriptor, for one event, without changes and without
// waiting. The error is a bare number.
func ReadSignal(d *Dialect, h platform.Handle, take func(fd int) (ev Kevent, n int, err error)) (os.Signal, error) {
	if h > math.MaxInt32 {
		return nil, unix.EBADF
	}
	for {
		ev, n, err := take(int(h))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return nil, err
		case n == 0:
			return nil, unix.EAGAIN
		case ev.Filter != d.evfiltSignal:
			return nil, unix.EINVAL // it is no such handle
		default:
			return unix.Signal(ev.Ident), nil
		}
	}
}
