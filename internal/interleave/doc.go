// Package interleave is a model checker for Go code: it runs a small scenario
// of a few threads in every order that can make a difference.
//
// The code under test is not rewritten. It takes its atomics, mutexes and
// channels from package step, which in a build with the tag "interleave" are the
// types of this package. Each operation on one of them is a step: the thread
// stops before it, and a scheduler, which is the only one to choose, lets one
// thread take its step and run on to the next one. Threads are coroutines, so
// exactly one runs at any time, and the order of the steps is all that there is
// to choose: Go's atomics are sequentially consistent.
//
// Explore walks the tree of choices depth first, by running the scenario again
// for each leaf. Steps that don't touch the same object, or only read it, may
// change places without a difference to anybody; of all orders that differ by
// that alone one is run. That is source-DPOR with sleep sets (Abdulla, Aronis,
// Jonsson and Sagonas: Optimal Dynamic Partial Order Reduction, POPL 2014),
// except that a race with a step that can't be taken yet is looked at as well,
// as Flanagan and Godefroid do (POPL 2005): so locks and channels may block. The
// tests of this package compare it with the whole tree, on random programs.
//
// With a bound on preemptions nothing is left out below the bound, and the
// reduction is not used, because the two together are not sound. That also finds
// what goes wrong between plain variables, which the reduction does not know of.
//
// What a scenario does must depend on its steps alone: no clock, no random
// number, no goroutine of its own, no channel but by way of this package. Outside
// an exploration the types do what those of packages sync and sync/atomic do.
package interleave
