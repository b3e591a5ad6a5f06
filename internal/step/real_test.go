//go:build !interleave

package step

import (
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// The seam costs nothing: what the reactor is made of is what it would be made of
// without one.
var (
	_ *atomic.Bool         = (*Bool)(nil)
	_ *atomic.Int32        = (*Int32)(nil)
	_ *atomic.Uint32       = (*Uint32)(nil)
	_ *atomic.Uint64       = (*Uint64)(nil)
	_ *atomic.Uintptr      = (*Uintptr)(nil)
	_ *atomic.Pointer[int] = (*Pointer[int])(nil)
	_ *sync.Mutex          = (*Mutex)(nil)
	_ *sync.Pool           = (*Pool)(nil)
)

// A Signal is no more than its channel.
func TestSignalIsAChannel(t *testing.T) {
	if size := unsafe.Sizeof(Signal{}); size != unsafe.Sizeof(make(chan struct{})) {
		t.Errorf("%d bytes", size)
	}
}
