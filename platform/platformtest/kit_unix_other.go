//go:build unix && !linux

package platformtest

import "golang.org/x/sys/unix"

// descriptors: FreeBSD's /dev/fd shows all of a process only where fdescfs is
// mounted.
const descriptors = ""

// There is no portable way to name a thread: the process is interrupted, on
// some thread that does not block the signal.
func threadID() int { return 0 }

func interrupt(_ int, s unix.Signal) error { return unix.Kill(unix.Getpid(), s) }
