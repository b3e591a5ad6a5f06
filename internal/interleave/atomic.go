package interleave

import "sync/atomic"

// A Bool is an atomic.Bool.
type Bool struct {
	object Object
	v      atomic.Bool
}

// Load is atomic.Bool's.
func (b *Bool) Load() bool {
	step("Load", read, nil, &b.object, nil)
	return b.v.Load()
}

// Store is atomic.Bool's.
func (b *Bool) Store(v bool) {
	step("Store", write, nil, &b.object, nil)
	b.v.Store(v)
}

// Swap is atomic.Bool's.
func (b *Bool) Swap(v bool) bool {
	step("Swap", write, nil, &b.object, nil)
	return b.v.Swap(v)
}

// CompareAndSwap is atomic.Bool's.
func (b *Bool) CompareAndSwap(old, now bool) bool {
	step("CompareAndSwap", write, nil, &b.object, nil)
	return b.v.CompareAndSwap(old, now)
}

// number is what package atomic's integers have in common.
type number[T any] interface {
	Load() T
	Store(T)
	Swap(T) T
	Add(T) T
	Or(T) T
	CompareAndSwap(old, now T) bool
}

// An integer is one of package atomic's integers: V, whose methods P has.
type integer[T, V any, P interface {
	*V
	number[T]
}] struct {
	object Object
	v      V
}

type (
	// An Int32 is an atomic.Int32.
	Int32 = integer[int32, atomic.Int32, *atomic.Int32]

	// A Uint32 is an atomic.Uint32.
	Uint32 = integer[uint32, atomic.Uint32, *atomic.Uint32]

	// A Uint64 is an atomic.Uint64.
	Uint64 = integer[uint64, atomic.Uint64, *atomic.Uint64]

	// A Uintptr is an atomic.Uintptr.
	Uintptr = integer[uintptr, atomic.Uintptr, *atomic.Uintptr]
)

// Load is the atomic integer's.
func (i *integer[T, V, P]) Load() T {
	step("Load", read, nil, &i.object, nil)
	return P(&i.v).Load()
}

// Store is the atomic integer's.
func (i *integer[T, V, P]) Store(v T) {
	step("Store", write, nil, &i.object, nil)
	P(&i.v).Store(v)
}

// Swap is the atomic integer's.
func (i *integer[T, V, P]) Swap(v T) T {
	step("Swap", write, nil, &i.object, nil)
	return P(&i.v).Swap(v)
}

// Add is the atomic integer's.
func (i *integer[T, V, P]) Add(v T) T {
	step("Add", write, nil, &i.object, nil)
	return P(&i.v).Add(v)
}

// Or is the atomic integer's.
func (i *integer[T, V, P]) Or(v T) T {
	step("Or", write, nil, &i.object, nil)
	return P(&i.v).Or(v)
}

// CompareAndSwap is the atomic integer's.
func (i *integer[T, V, P]) CompareAndSwap(old, now T) bool {
	step("CompareAndSwap", write, nil, &i.object, nil)
	return P(&i.v).CompareAndSwap(old, now)
}

// A Pointer is an atomic.Pointer.
type Pointer[T any] struct {
	object Object
	v      atomic.Pointer[T]
}

// Load is atomic.Pointer's.
func (p *Pointer[T]) Load() *T {
	step("Load", read, nil, &p.object, nil)
	return p.v.Load()
}

// Store is atomic.Pointer's.
func (p *Pointer[T]) Store(v *T) {
	step("Store", write, nil, &p.object, nil)
	p.v.Store(v)
}
