//go:build interleave

package step

import "github.com/rouse-io/rouse/internal/interleave"

type (
	// A Bool is an interleave.Bool.
	Bool = interleave.Bool

	// An Int32 is an interleave.Int32.
	Int32 = interleave.Int32

	// A Uint32 is an interleave.Uint32.
	Uint32 = interleave.Uint32

	// A Uint64 is an interleave.Uint64.
	Uint64 = interleave.Uint64

	// A Uintptr is an interleave.Uintptr.
	Uintptr = interleave.Uintptr

	// A Pointer is an interleave.Pointer.
	Pointer[T any] = interleave.Pointer[T]

	// A Mutex is an interleave.Mutex.
	Mutex = interleave.Mutex

	// A Pool is an interleave.Pool.
	Pool = interleave.Pool

	// A Signal is an interleave.Signal.
	Signal = interleave.Signal
)

// Go is the go statement.
func Go(f func()) { interleave.Go(f) }
