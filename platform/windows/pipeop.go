//go:build windows

package windows

import (
	"errors"
	"os"
	"runtime"

	"golang.org/x/sys/windows"
)

// An operation is an overlapped call on a pipe. From the call until it has ended
// its memory is the system's: it is part of a Pipe, and so never on a stack, it
// is pinned, and reachable from listeners. All of it is guarded by the pipe's
// lock.
type operation struct {
	pipe *Pipe

	// ended is called with the pipe locked when the operation has ended that was
	// in flight, unless the pipe was closed. Stale says that it was disowned. The
	// system aborts an operation with the thread that called, too.
	ended func(err error, stale bool)

	overlapped windows.Overlapped
	buffer     []byte // that the system reads from, or writes to
	n          uint32
	event      windows.Handle // signalled when it has ended; made when it is needed
	wait       poolWait
	pin        runtime.Pinner
	flying     bool // it is in flight
	stale      bool // and was disowned
}

// begin prepares a call, which is to be followed by begun.
func (o *operation) begin() error {
	if o.event == 0 {
		event, err := windows.CreateEvent(nil, 1, 0, nil)
		if err != nil {
			return os.NewSyscallError("CreateEvent", err)
		}
		o.event = event
	}
	// The lowest bit keeps its packet from a port that the pipe may be bound to.
	o.overlapped = windows.Overlapped{HEvent: o.event | 1}
	o.pin.Pin(&o.overlapped)
	if len(o.buffer) > 0 {
		o.pin.Pin(&o.buffer[0])
	}
	return nil
}

// begun says what the call has said. It returns ERROR_IO_PENDING where the
// operation is in flight.
func (o *operation) begun(err error) error {
	if err == windows.ERROR_IO_PENDING {
		unwatched := o.wait.start(o.event, o)
		if unwatched == nil {
			o.flying = true
			return err
		}
		// Nobody would tell of its end.
		if err = o.await(); err == windows.ERROR_OPERATION_ABORTED {
			err = unwatched
		}
	}
	o.pin.Unpin()
	return err
}

// named is an error of an operation: the call's, unless it says which failed.
func named(call string, err error) error {
	if _, ok := errors.AsType[*os.SyscallError](err); ok {
		return err
	}
	return os.NewSyscallError(call, err)
}

// await cancels the operation, and returns what has become of it.
func (o *operation) await() error {
	_ = windows.CancelIoEx(o.pipe.handle, &o.overlapped) // or it has ended
	return windows.GetOverlappedResult(o.pipe.handle, &o.overlapped, &o.n, true)
}

// cancel ends the operation soon, if it is in flight.
func (o *operation) cancel() {
	if o.flying {
		_ = windows.CancelIoEx(o.pipe.handle, &o.overlapped) // or it has ended
	}
}

// disown says that how the operation ends, if it is in flight, concerns nobody.
func (o *operation) disown() { o.stale = o.flying }

// signalled implements [listener].
func (o *operation) signalled() {
	p := o.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	o.wait.finish()
	o.pin.Unpin()
	err := windows.GetOverlappedResult(p.handle, &o.overlapped, &o.n, false)
	stale := o.stale
	o.flying, o.stale = false, false
	if p.closed {
		o.free()
		p.leave()
		return
	}
	o.ended(err, stale)
}

// free closes the event. The pipe was closed.
func (o *operation) free() {
	if o.event != 0 && !o.flying {
		_ = windows.CloseHandle(o.event)
		o.event = 0
	}
}
