// Package spec is the one place where a fact about an operating system is
// written down: what the vocabulary of package platform is, how each kernel is
// asked for it, what its answers mean, and which systems there are. It is plain
// values; package emit turns them into code and tables, and "go run ./gen"
// writes those.
//
// # Adding an operating system
//
// One with a known mechanism is a new [Target] in [Targets]: its ports, the
// constants that differ, what it lacks. Once its adapter is to be emitted, set
// Adapter, run "go generate ./...", and run package platformtest there.
//
// One with a mechanism of its own needs a [Mechanism] first, and an emitter for
// it in package emit. If its rules look at something new of a native event, add
// a [Field]; the tests interpret the rules, so they can be compared with a truth
// table before there is any code.
//
// # Adding an interest
//
// Add it to [Interests] with the next free bit, and an [Arm] for it to every
// mechanism. A mechanism without one makes its adapters refuse it with
// errors.ErrUnsupported; so does a target that lacks a constant of the Arm.
//
// # Adding a readiness bit
//
// Add it to [Readiness] with the next free bit, name it in the interests that it
// satisfies, and add the rules that report it. A final bit needs proof that no
// state of any handle reports it falsely: a missing one is only a delay, a false
// one makes every retry a busy loop.
package spec
