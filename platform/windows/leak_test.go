//go:build windows

package windows

import (
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// cycles is how often a test of leaks adds and deletes.
func cycles() int {
	if testing.Short() {
		return 1000
	}
	return 10_000
}

// After many have come and gone there is as much as before, whatever they did:
// handles of the process, AFD's, polls that the kernel has, and slots.
func TestNoLeak(t *testing.T) {
	for _, data := range []bool{false, true} {
		for _, waiting := range []bool{false, true} {
			t.Run(fmt.Sprintf("data %v, waiting %v", data, waiting), func(t *testing.T) {
				testNoLeak(t, data, waiting)
			})
		}
	}
}

func testNoLeak(t *testing.T, data, waiting bool) {
	r := newRig(t)
	// More than one group is opened and closed all the time.
	near, far := make([]platform.Handle, groupSize+8), make([]platform.Handle, groupSize+8)
	for i := range near {
		near[i], far[i] = udpPair(t)
	}
	settled := func() (int, census) {
		t.Helper()
		for end := time.Now().Add(patience); ; {
			if !waiting {
				r.collect(64, 0)
			}
			c := r.census()
			if c.limbo == 0 && c.stash == 0 {
				return files(t), c
			}
			if time.Now().After(end) {
				t.Fatalf("packets are missing: %+v", c)
			}
			runtime.Gosched()
		}
	}
	if waiting {
		over := make(chan struct{})
		go func() {
			defer close(over)
			events := make([]platform.Event, 8)
			for {
				if _, err := r.Wait(events, -1); err != nil {
					if !errors.Is(err, platform.ErrClosed) {
						t.Error(err)
					}
					return
				}
			}
		}()
		defer func() {
			r.shut()
			<-over
		}()
	}
	cycle := func(n int) {
		t.Helper()
		for done := 0; done < n; done += len(near) {
			for i, h := range near {
				if data {
					write(t, far[i], "x")
				}
				r.add(h, platform.Token(i), readable|writable, platform.Mode(i%3))
			}
			if !waiting && done%3 == 0 {
				r.collect(8, 0)
			}
			for _, h := range near {
				if data {
					drain(t, h)
				}
				r.delete(h)
			}
		}
	}
	cycle(2 * len(near))
	open, before := settled()
	cycle(cycles())
	after, now := settled()
	if now != before {
		t.Errorf("the poller holds %+v, before %+v", now, before)
	}
	if after != open {
		t.Errorf("%d handles are open, before %d", after, open)
	}
	if before.handles != 0 || before.slots != 0 || before.polls != 0 || before.groups != 1 {
		t.Errorf("the poller holds %+v, though nothing is added", before)
	}
	// Those that wait for their packets are fewer than ever were added: how many
	// depends on who runs.
	if queued, slots := r.table.queueLen(), len(r.table.slots); queued > slots || slots > cycles()/2+len(near) {
		t.Errorf("%d entries are queued, of %d", queued, slots)
	}
}

// queueLen counts the entries that are queued.
func (t *table) queueLen() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for e := t.queue; e != nil; e = e.next {
		n++
	}
	return n
}

// Nor is there after many pollers, used and closed.
func TestNoLeakOpen(t *testing.T) {
	a, b := udpPair(t)
	use := func() {
		r := newRig(t)
		r.add(a, 1, readable, platform.Edge)
		write(t, b, "x")
		r.await(1, isRead)
		drain(t, a)
		r.shut()
	}
	use()
	before, pinnedBefore := files(t), pinnedGroups()
	for range 200 {
		use()
	}
	if after := files(t); after != before {
		t.Errorf("%d handles are open, before %d", after, before)
	}
	if n := pinnedGroups(); n != pinnedBefore {
		t.Errorf("%d groups are pinned, before %d", n, pinnedBefore)
	}
}

// pinnedGroups counts those that the kernel may write to. A Close that failed has
// left some.
func pinnedGroups() int {
	pinned.Lock()
	defer pinned.Unlock()
	return len(pinned.groups)
}
