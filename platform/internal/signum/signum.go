//go:build unix

// Package signum says which signals can be read.
package signum

import (
	"os"
	"syscall"
)

// Of returns the number of a signal, and whether it can be read. Last is the
// system's highest.
func Of(s os.Signal, last int) (n int, ok bool) {
	switch number, is := s.(syscall.Signal); {
	case !is, number < 1, int(number) > last:
		return 0, false
	case number == syscall.SIGKILL, number == syscall.SIGSTOP: // the kernel keeps them for itself
		return 0, false
	default:
		return int(number), true
	}
}
