//go:build windows

package windows

import (
	"os"
	"sync"

	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// A poolWait has a thread of the system's wait for an object, and tell a
// listener when it is signalled, once. The zero poolWait waits for nothing.
type poolWait struct {
	handle windows.Handle // 0 where it waits for nothing
	index  uintptr        // of its listener
}

// A listener is told on a thread that waits for other objects too: it must not
// block for long.
type listener interface{ signalled() }

// start begins to wait. The object's handle stays open, and the listener is not
// told again, until the wait was ended by stop or finish.
func (w *poolWait) start(object windows.Handle, l listener) error {
	w.index = listeners.add(l)
	err := winapi.RegisterWaitForSingleObject(&w.handle, object, callback(), w.index,
		windows.INFINITE, wtExecuteonlyonce|wtExecuteinwaitthread)
	if err != nil {
		w.handle = 0
		listeners.remove(w.index)
		return os.NewSyscallError("RegisterWaitForSingleObject", err)
	}
	return nil
}

// stop ends a wait. When it returns the listener has been told, or will not be.
func (w *poolWait) stop() { w.end(windows.InvalidHandle) }

// finish ends a wait whose listener has been told, or is just being told.
func (w *poolWait) finish() { w.end(0) }

func (w *poolWait) end(event windows.Handle) {
	if w.handle == 0 {
		return
	}
	// Until there is memory for it the listener may be told. The other error that
	// there can be says that the callback has yet to return.
	_ = insist(func() error { return winapi.UnregisterWaitEx(w.handle, event) })
	w.handle = 0
	listeners.remove(w.index)
}

// callback is what the system calls for every wait. Go's runtime runs it on any
// thread, without cgo too (golang#6751), but takes only so many in a process and
// frees none: hence one for all.
var callback = sync.OnceValue(func() uintptr {
	return windows.NewCallback(func(index, _ uintptr) uintptr {
		listeners.get(index).signalled()
		return 0
	})
})

// listeners are those of all waits. The system is given an index, and hands it
// back: it never has a pointer of Go's.
var listeners listenerTable

type listenerTable struct {
	mu     sync.Mutex
	all    []listener // nil where unused
	unused []uintptr
}

func (t *listenerTable) get(index uintptr) listener {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[index]
}

func (t *listenerTable) add(l listener) uintptr {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.unused); n > 0 {
		index := t.unused[n-1]
		t.unused = t.unused[:n-1]
		t.all[index] = l
		return index
	}
	t.all = append(t.all, l)
	return uintptr(len(t.all) - 1)
}

func (t *listenerTable) remove(index uintptr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all[index] = nil
	t.unused = append(t.unused, index)
}
