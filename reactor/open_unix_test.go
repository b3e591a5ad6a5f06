//go:build unix

package reactor_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// isOpen reports whether a handle, which was a process's, is open.
func isOpen(h reactor.Handle) bool {
	_, err := unix.FcntlInt(uintptr(h), unix.F_GETFD, 0)
	return err == nil
}

// handlesOf counts the handles of processes that this one has, where the system
// lists them. There is one process at a time.
func handlesOf(t testing.TB, _ *os.Process) int {
	t.Helper()
	const list = "/proc/self/fd"
	fds, err := os.ReadDir(list)
	if err != nil {
		t.Logf("descriptors are not listed: %v", err)
	}
	n := 0
	for _, fd := range fds {
		// It is "anon_inode:[pidfd]", or "pidfd:" and a number since Linux 6.9.
		if link, err := os.Readlink(filepath.Join(list, fd.Name())); err == nil && strings.Contains(link, "pidfd") {
			n++
		}
	}
	return n
}
