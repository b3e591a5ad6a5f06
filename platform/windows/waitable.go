//go:build windows

package windows

import (
	"sync/atomic"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// A waitable is the source for an object that threads wait for. A request is a
// wait, and whoever is told of its end posts the packet.
type waitable struct {
	// object is a duplicate: what happens when a handle is closed that is
	// waited for is undefined, and its owner may close it at any time.
	object windows.Handle
	port   windows.Handle
	wait   poolWait
	slot   atomic.Uintptr
	done   atomic.Bool // the wait was satisfied: a packet comes, or has come
}

// openWaitable makes a source of a handle that canWait.
func openWaitable(port windows.Handle, h platform.Handle) (source, error) {
	w := &waitable{port: port}
	this := windows.CurrentProcess()
	if err := windows.DuplicateHandle(this, windows.Handle(h), this, &w.object, windows.SYNCHRONIZE, false, 0); err != nil {
		return nil, failed("add", h, "DuplicateHandle", err)
	}
	return w, nil
}

func (w *waitable) mask() uint32 { return afdPollReceive }

func (w *waitable) stream() bool { return false }

func (w *waitable) watches(h platform.Handle) (is, sure bool) {
	return winapi.CompareObjectHandles(windows.Handle(h), w.object), true
}

func (w *waitable) submit(slot uintptr, _ uint32) windows.NTStatus {
	w.slot.Store(slot)
	w.done.Store(false)
	// What is signalled already needs no other thread.
	result, err := windows.WaitForSingleObject(w.object, 0)
	switch {
	case err != nil:
	case result == windows.WAIT_OBJECT_0:
		w.signalled()
	default:
		err = w.wait.start(w.object, w)
	}
	if err != nil {
		return windows.STATUS_INSUFFICIENT_RESOURCES // nothing else can be in the way
	}
	return 0
}

// signalled implements [listener]. The table may be locked by who waits for this
// to return.
func (w *waitable) signalled() {
	w.done.Store(true)
	_ = post(w.port, requestKey, w.slot.Load())
}

func (w *waitable) cancel() (bool, windows.NTStatus) {
	w.wait.stop()
	return w.done.Load(), 0
}

func (w *waitable) result() (windows.NTStatus, uint32) {
	w.wait.finish()
	return 0, afdPollReceive
}

func (w *waitable) release() { _ = windows.CloseHandle(w.object) }
