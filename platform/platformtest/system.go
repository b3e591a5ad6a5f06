package platformtest

import (
	"runtime"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A system is what a poller is made for, and what may differ with it.
type system struct {
	goos string

	// hasEdges: the kernel has edges of its own, so that a new arrival is
	// reported though the one before it was not read and Rearm not called.
	hasEdges bool

	// hasTable: the adapter itself knows what was added, and finds most errors
	// without asking the kernel.
	hasTable bool

	// hasPriority: the system can watch for priority data.
	hasPriority bool

	// isBSD: it has kqueue.
	isBSD bool

	// played: its kernel is played by another one's.
	played bool
}

// systemOf returns the system that has a GOOS.
func systemOf(goos string) system {
	s := system{goos: goos}
	switch goos {
	case "linux", "android":
		s.goos, s.hasEdges, s.hasPriority = "linux", true, true
	case "darwin", "ios":
		s.goos, s.hasEdges, s.hasTable, s.hasPriority, s.isBSD = "darwin", true, true, true, true
	case "openbsd", "dragonfly":
		s.hasEdges, s.hasTable, s.hasPriority, s.isBSD = true, true, true, true
	case "freebsd", "netbsd": // they have no EVFILT_EXCEPT
		s.hasEdges, s.hasTable, s.isBSD = true, true, true
	case "windows":
		// AFD's polls are levels: the adapter makes edges of them, and looks for
		// the next only after Rearm.
		s.hasTable, s.hasPriority = true, true
	}
	return s
}

// is reports whether a difference that is declared for name is the system's:
// name is a GOOS, "bsd" for all with kqueue, or an emulator.
func (s system) is(name string) bool {
	return name == s.goos || name == "bsd" && s.isBSD || s.isHere() && name == emulator()
}

// isHere reports whether the tests run on the system.
func (s system) isHere() bool { return s.goos == systemOf(runtime.GOOS).goos }

// glance is how long to look for what must not come. What would cause a wrong
// report has happened before, so that a short look suffices. What is played
// happens in the call that brings it about.
func (s system) glance() time.Duration {
	if s.played {
		return 50 * time.Microsecond
	}
	return time.Millisecond
}

// rounds is how often to try, of n times, what goes wrong only now and then. What
// is played has the code of all the systems that are played, one after the other.
func (s system) rounds(n int) int {
	if s.played {
		return n / 5
	}
	return n
}

// A subject is what is tested.
type subject struct {
	system
	open func() (platform.Poller, error)
}
