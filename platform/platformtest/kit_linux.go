package platformtest

import "golang.org/x/sys/unix"

const (
	// hasEdges: the kernel has edges of its own, so that a new arrival is
	// reported though the one before it was not read and Rearm not called.
	hasEdges = true

	// hasTable: the adapter itself knows what was added, and finds most
	// errors without asking the kernel.
	hasTable = false

	// hasPriority: the system can watch for priority data.
	hasPriority = true

	// descriptors is where the system lists this process's descriptors.
	descriptors = "/proc/self/fd"
)

func threadID() int { return unix.Gettid() }

// interrupt sends a signal to one thread.
func interrupt(thread int, s unix.Signal) error { return unix.Tgkill(unix.Getpid(), thread, s) }
