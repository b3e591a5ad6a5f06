// Package native is the adapter of the operating system that the program is
// compiled for: native.Poller is linux.Poller on Linux, and so on, and
// native.Open opens one.
//
// A system that rouse has no adapter for compiles too; there Open returns an
// error that is errors.ErrUnsupported.
//
// All functions may be called from any goroutine. Package platform says which of a
// Poller's methods may be called while another waits: all but Wait.
package native
