//go:build windows && (amd64 || 386)

package windows

import (
	"reflect"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A hook stands before a function of the system's: a few instructions that go on
// to the function, or make one call fail. They are no Go, whose runtime may change
// what GetLastError says on the way back. Only who calls by the hooked variable
// meets them, this package and x/sys: Go's runtime and its standard library have
// variables of their own.
type hook struct {
	left     atomic.Int32 // the call that brings it to 0 fails
	callers  callers
	code     uint32  // what GetLastError says of the one that fails
	result   uintptr // what that returns
	function uintptr // where it is
}

// Where the instructions find its fields.
const (
	atLeft     = byte(unsafe.Offsetof(hook{}.left))
	atThread   = byte(unsafe.Offsetof(hook{}.callers) + unsafe.Offsetof(callers{}.thread))
	atOnly     = byte(unsafe.Offsetof(hook{}.callers) + unsafe.Offsetof(callers{}.only))
	atCode     = byte(unsafe.Offsetof(hook{}.code))
	atResult   = byte(unsafe.Offsetof(hook{}.result))
	atFunction = byte(unsafe.Offsetof(hook{}.function))
)

// callers are the threads whose calls count: one, or all but one.
type callers struct {
	thread uint32
	only   bool
}

// Calls of these count.
var anybody = callers{}

func thisThread() callers   { return callers{windows.GetCurrentThreadId(), true} }
func otherThreads() callers { return callers{windows.GetCurrentThreadId(), false} }

// fail makes the nth call from here on fail, counted from 1.
func (h *hook) fail(n int32, who callers, result uintptr, code uint32) {
	h.callers, h.result, h.code = who, result, code
	h.left.Store(n)
}

// stand puts a hook before a function that has so many arguments. It stays.
func stand(proc *windows.LazyProc, arguments int) (*hook, error) {
	if err := proc.Find(); err != nil {
		return nil, err
	}
	at := (*uintptr)(reflect.ValueOf(proc).Elem().FieldByName("proc").Elem().FieldByName("addr").Addr().UnsafePointer())
	h := &hook{function: *at}
	hooks = append(hooks, h)
	code := instructions(h, arguments)
	memory, err := windows.VirtualAlloc(0, uintptr(len(code)), windows.MEM_COMMIT|windows.MEM_RESERVE, windows.PAGE_READWRITE)
	if err != nil {
		return nil, err
	}
	copy(unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&memory))), len(code)), code)
	var before uint32
	if err := windows.VirtualProtect(memory, uintptr(len(code)), windows.PAGE_EXECUTE_READ, &before); err != nil {
		return nil, err
	}
	*at = memory
	return h, nil
}

// hooks keeps what the instructions name, which the garbage collector can't see.
var hooks []*hook
