//go:build !linux

package main

// residentIs is what resident counts, in words.
const residentIs = "what Go has taken from the system, without what is the kernel's"

// resident is the memory of this process that is in RAM, in bytes, as far as Go
// knows.
func resident() int64 { return mapped() }
