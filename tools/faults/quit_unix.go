//go:build unix

package main

import "syscall"

// quit ends a Go program, which then shows its goroutines.
const quit = syscall.SIGQUIT
