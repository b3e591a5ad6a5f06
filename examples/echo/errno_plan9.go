package main

import "errors"

// Plan 9 has words where other systems have numbers.
var (
	errInUse    = errors.New("address in use")
	errNotLocal = errors.New("address not local")
	errRefused  = errors.New("connection refused")
	errTooMany  = errors.New("no free file descriptors")
)
