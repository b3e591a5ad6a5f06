//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package platformtest

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// What differs between systems; see kit_linux.go.
const (
	hasEdges    = true
	hasTable    = true
	hasPriority = runtime.GOOS != "freebsd" && runtime.GOOS != "netbsd" // EVFILT_EXCEPT

	// descriptors: /dev/fd shows all of a process only where fdescfs is
	// mounted.
	descriptors = ""
)

// There is no portable way to name a thread: the process is interrupted, on
// some thread that does not block the signal.
func threadID() int { return 0 }

func interrupt(_ int, s unix.Signal) error { return unix.Kill(unix.Getpid(), s) }
