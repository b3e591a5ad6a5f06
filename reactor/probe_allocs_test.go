//go:build (unix || windows) && !race

package reactor_test

import (
	"testing"

	"github.com/rouse-io/rouse/reactor"
)

// A probe allocates what SyscallConn does, and nothing else. (Under the race
// detector everything allocates.)
func TestProbeAllocations(t *testing.T) {
	a, b := tcpPair(t)
	probed(t, a, canWrite, ^canWrite)
	costs := testing.AllocsPerRun(100, func() {
		if _, err := a.SyscallConn(); err != nil {
			t.Error(err)
		}
	})
	check := func(what string) {
		t.Helper()
		got := testing.AllocsPerRun(100, func() {
			if _, err := reactor.Probe(a); err != nil {
				t.Error(err)
			}
		})
		if got > max(costs, 1) {
			t.Errorf("%s: %v allocations, of which SyscallConn makes %v", what, got, costs)
		}
	}
	check("idle")
	if got := testing.AllocsPerRun(100, func() { idle(t, a, nil) }); got > max(costs, 1) {
		t.Errorf("CheckIdle: %v allocations, of which SyscallConn makes %v", got, costs)
	}
	writeText(t, b, "x")
	probed(t, a, canRead, 0)
	check("readable")
}
