package main

import "golang.org/x/sys/windows"

// What explain can say something about.
const (
	errInUse    = windows.WSAEADDRINUSE
	errNotLocal = windows.WSAEADDRNOTAVAIL
	errDenied   = windows.WSAEACCES
	errRefused  = windows.WSAECONNREFUSED
	errTooMany  = windows.WSAEMFILE
)

// What explain says where an address is denied. Here any program may have any
// port.
const denied = "another program has that port for itself, or Windows keeps it: choose another, or 0 for a free one"
