//go:build !interleave

package step

import (
	"sync"
	"sync/atomic"
)

type (
	// A Bool is an atomic.Bool.
	Bool = atomic.Bool

	// An Int32 is an atomic.Int32.
	Int32 = atomic.Int32

	// A Uint32 is an atomic.Uint32.
	Uint32 = atomic.Uint32

	// A Uint64 is an atomic.Uint64.
	Uint64 = atomic.Uint64

	// A Uintptr is an atomic.Uintptr.
	Uintptr = atomic.Uintptr

	// A Pointer is an atomic.Pointer.
	Pointer[T any] = atomic.Pointer[T]

	// A Mutex is a sync.Mutex.
	Mutex = sync.Mutex

	// A Pool is a sync.Pool.
	Pool = sync.Pool
)

// A Signal is a channel with room for one. It must be initialised.
type Signal struct{ c chan struct{} }

// Init makes the channel.
func (s *Signal) Init() { s.c = make(chan struct{}, 1) }

// Send is a send on the channel.
func (s *Signal) Send() { s.c <- struct{}{} }

// Wait receives from the channel, and reports false where done comes first. A
// select of two costs more than a receive, and most never end early.
func (s *Signal) Wait(done <-chan struct{}) bool {
	if done == nil {
		<-s.c
		return true
	}
	select {
	case <-s.c:
		return true
	case <-done:
		return false
	}
}

// Go is the go statement.
func Go(f func()) { go f() }
