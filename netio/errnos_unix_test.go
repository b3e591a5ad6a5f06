//go:build unix

package netio_test

import "golang.org/x/sys/unix"

// systemErrors are what this system calls the errors that connections end with.
var systemErrors = struct{ refused, reset, pipe, inUse, notAvailable error }{
	unix.ECONNREFUSED, unix.ECONNRESET, unix.EPIPE, unix.EADDRINUSE, unix.EADDRNOTAVAIL,
}
