//go:build !windows

package main

// fragile reports whether the system can't take what a soak does.
func fragile() bool { return false }
