// Package step has the atomics, the mutex, the pool and the signal that the
// reactor's state machine is made of. They are those of packages sync and
// sync/atomic, by alias, so they cost nothing. In a build with the tag
// "interleave" they are those of package interleave, which stop before each
// operation and let a model checker choose who goes on.
package step
