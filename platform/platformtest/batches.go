package platformtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

var batches = []behaviour{
	{"Edge", batchEdge},
	{"Level", batchLevel},
	{"OneShot", batchOneShot},
	{"RestOfSlice", batchRestOfSlice},
}

// many is more than a poller asks for at once.
func (s system) many() int {
	if s.played {
		return 300
	}
	return 1000
}

// manyReady opens that many handles, each ready for writing. Where the process
// may not have as many it opens what it may, and leaves some for others.
func (r *rig) manyReady() []*sock {
	r.Helper()
	socks := make([]*sock, 0, r.many())
	for len(socks) < cap(socks) {
		h, err := openUDP()
		if exhausted(err) && len(socks) > 40 {
			for range 20 {
				socks[len(socks)-1].close()
				socks = socks[:len(socks)-1]
			}
			r.Logf("only %d handles: %v", len(socks), err)
			break
		}
		socks = append(socks, r.own(h, err))
	}
	return socks
}

// sizes runs f with slices for one event, few, many and more than there are.
func sizes(r *rig, f func(r *rig, socks []*sock)) {
	socks := r.manyReady()
	for _, size := range []int{1, 7, 300, 2000} {
		r.Run(fmt.Sprint(size), func(t *testing.T) {
			r := newRig(t, r.subject)
			r.batch = make([]platform.Event, size)
			f(r, socks)
		})
	}
}

// counted waits until nothing is reported any more, or something twice, and
// returns how often each token was.
func (r *rig) counted(n int) []int {
	r.Helper()
	counts := make([]int, n)
	for {
		k := r.collect(r.glance())
		if k == 0 {
			return counts
		}
		for _, ev := range r.batch[:k] {
			if ev.Token >= platform.Token(n) {
				r.Fatalf("nobody has token %#x", ev.Token)
			}
			if counts[ev.Token]++; counts[ev.Token] > 1 {
				return counts
			}
		}
	}
}

// Each handle is reported exactly once, however small the slice is.
func batchEdge(r *rig) { batchOnce(r, platform.Edge) }

func batchOneShot(r *rig) { batchOnce(r, platform.OneShot) }

func batchOnce(r *rig, m platform.Mode) {
	sizes(r, func(r *rig, socks []*sock) {
		for i, s := range socks {
			r.add(s, platform.Token(i), platform.Writable, m)
		}
		for i, n := range r.counted(len(socks)) {
			if n != 1 {
				r.Fatalf("handle %d is reported %d times", i, n)
			}
		}
	})
}

// No handle is starved by the others, however small the slice is.
func batchLevel(r *rig) {
	sizes(r, func(r *rig, socks []*sock) {
		for i, s := range socks {
			r.add(s, platform.Token(i), platform.Writable, platform.Level)
		}
		for range 2 {
			for end := time.Now().Add(patience); len(r.got) < len(socks); {
				if r.collect(0) == 0 || time.Now().After(end) {
					r.Fatalf("only %d of %d handles are reported", len(r.got), len(socks))
				}
			}
			clear(r.got)
		}
	})
}

// Wait fills no more than it was given, though there is room behind it.
func batchRestOfSlice(r *rig) {
	for t := range platform.Token(12) {
		r.add(r.udp(), t, platform.Writable, platform.Level)
	}
	mark := platform.Event{Token: 0xdead, Ready: priority}
	events := slices.Repeat([]platform.Event{mark}, 16)
	n, err := r.Wait(events[:8], patience)
	if err != nil || n < 1 || n > 8 {
		r.Fatalf("Wait = %d, %v", n, err)
	}
	for i, ev := range events[8:] {
		if ev != mark {
			r.Errorf("event %d, behind the slice, is %v", 8+i, ev)
		}
	}
}
