//go:build !linux

package main

// resident is the memory of this process that is in RAM, in bytes, as far as Go
// knows.
func resident() int64 { return mapped() }
