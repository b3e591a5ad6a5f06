//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package platformtest

import "golang.org/x/sys/unix"

// What differs between systems; see kit_linux.go. These have no adapter.
const (
	hasEdges    = false
	hasTable    = true
	hasPriority = false
	descriptors = ""
)

// There is no portable way to name a thread: the process is interrupted, on
// some thread that does not block the signal.
func threadID() int { return 0 }

func interrupt(_ int, s unix.Signal) error { return unix.Kill(unix.Getpid(), s) }
