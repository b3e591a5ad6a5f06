package reactor

// A Waker is told that it is worth trying again. It is woken for what it waits
// for, for an error, for deregistration and for shutdown; it may also be woken
// for nothing.
//
// Wake runs on the goroutine that drives the reactor, on the one that calls
// Deregister, Interrupt or Close, or, where the handle's number has come back for
// another registration, on one of its own; with no lock held. It may call anything of this library,
// Deregister and Close too, and must not block: nothing else is dispatched
// meanwhile. It must not panic.
type Waker interface{ Wake() }

// A WakerFunc is a function that is a [Waker].
type WakerFunc func()

// Wake calls f. A nil f does nothing.
func (f WakerFunc) Wake() {
	if f != nil {
		f()
	}
}
