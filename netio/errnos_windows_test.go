package netio_test

import "golang.org/x/sys/windows"

// systemErrors are what this system calls the errors that connections end with.
var systemErrors = struct{ refused, reset, pipe, inUse, notAvailable error }{
	windows.WSAECONNREFUSED, windows.WSAECONNRESET, windows.WSAESHUTDOWN, windows.WSAEADDRINUSE, windows.WSAEADDRNOTAVAIL,
}
