//go:build linux

package linux

import (
	"encoding/binary"
	"sync"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// signals returns how often the eventfd was written since the last time. What
// was read is no event any more, so it is for after a Wait.
func signals(t *testing.T, p *Poller) uint64 {
	t.Helper()
	var count [8]byte
	switch _, err := unix.Read(p.wake, count[:]); err {
	case nil:
		return binary.NativeEndian.Uint64(count[:])
	case unix.EAGAIN:
		return 0
	default:
		t.Fatal(err)
		return 0
	}
}

// Many wakes before the waiter comes round cost one system call, and each Wait
// that a wake has ended makes room for one more (facts/pitfalls 19).
func TestWakeCoalesced(t *testing.T) {
	p := opened(t)
	events := make([]platform.Event, 1)
	for range 3 {
		var wakers sync.WaitGroup
		for range 1000 {
			wakers.Go(func() {
				if err := p.Wake(); err != nil {
					t.Error(err)
				}
			})
		}
		wakers.Wait()
		if n, err := p.Wait(events, -1); n != 0 || err != nil {
			t.Fatalf("Wait = %d, %v", n, err)
		}
		if n := signals(t, p); n != 1 {
			t.Errorf("1000 wakes are %d system calls, want 1", n)
		}
	}
}

// The waker's own token belongs to the poller.
func TestWakeTokenIsNotReported(t *testing.T) {
	p := opened(t)
	events := make([]platform.Event, 1)
	if err := p.Add(platform.Handle(p.wake), 1, platform.Readable, platform.Level); err == nil {
		t.Error("the waker was added a second time")
	}
	if err := p.Wake(); err != nil {
		t.Fatal(err)
	}
	if n, err := p.Wait(events, -1); n != 0 || err != nil {
		t.Fatalf("Wait = %d %v, %v", n, events, err)
	}
}

// opened opens a poller for one test.
func opened(t *testing.T) *Poller {
	t.Helper()
	p, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}
