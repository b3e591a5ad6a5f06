//go:build !windows && !plan9

package main

import "syscall"

// What explain can say something about.
const (
	errInUse    = syscall.EADDRINUSE
	errNotLocal = syscall.EADDRNOTAVAIL
	errRefused  = syscall.ECONNREFUSED
	errTooMany  = syscall.EMFILE
)
