package main

import "golang.org/x/sys/windows"

// What explain can say something about.
const (
	errInUse    = windows.WSAEADDRINUSE
	errNotLocal = windows.WSAEADDRNOTAVAIL
	errRefused  = windows.WSAECONNREFUSED
	errTooMany  = windows.WSAEMFILE
)
