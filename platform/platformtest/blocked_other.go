//go:build !linux

package platformtest

import (
	"os"
	"testing"
)

// RunBlocked runs f, which is all that the test t does, where the signals are
// such that they can be read from handles of signals. Here they always are, and
// f is called; on Linux it runs in another process.
func RunBlocked(t *testing.T, f func(t *testing.T), _ ...os.Signal) {
	t.Helper()
	f(t)
}
