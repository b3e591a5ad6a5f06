//go:build windows && !race

package windows

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// In the steady state nothing allocates: a Wait that arms and reports, one that
// times out, one that makes cancelled polls again, and a Rearm. (Under the race
// detector everything allocates.)
func TestAllocations(t *testing.T) {
	r := newRig(t)
	sockets := make([]platform.Handle, 2*groupSize)
	for i := range sockets {
		sockets[i], _ = udpPair(t)
		r.add(sockets[i], platform.Token(i), writable, platform.Edge)
	}
	events := make([]platform.Event, 16)
	waits := func(timeout time.Duration) int {
		n, err := r.Wait(events, timeout)
		need(t, err)
		return n
	}
	for name, f := range map[string]func(){
		"edge": func() {
			all(waits, len(sockets))
			for i, h := range sockets {
				r.rearm(h, platform.Token(i), writable)
			}
		},
		"cancel": func() {
			for i, h := range sockets {
				r.modify(h, platform.Token(i), readable, platform.Edge)
			}
			waits(0)
			for i, h := range sockets {
				r.modify(h, platform.Token(i), writable, platform.Edge)
			}
			all(waits, len(sockets))
			for i, h := range sockets {
				r.rearm(h, platform.Token(i), writable)
			}
		},
		"timeout": func() {
			for i, h := range sockets {
				r.modify(h, platform.Token(i), readable, platform.Edge)
			}
			waits(0)
			waits(time.Microsecond)
			for i, h := range sockets {
				r.modify(h, platform.Token(i), writable, platform.Edge)
			}
		},
	} {
		if got := testing.AllocsPerRun(20, f); got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

// all waits until n events were reported.
func all(waits func(time.Duration) int, n int) {
	for n > 0 {
		n -= waits(-1)
	}
}
