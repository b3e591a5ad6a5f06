//go:build windows

package windows

import (
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// A Wait that doesn't block reports what holds, though it finds a packet first
// that reports nothing: that of the poll which Modify cancelled.
func TestWaitLooksBehindCancelled(t *testing.T) {
	for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
		r := newRig(t)
		a, _ := tcpPair(t)
		r.add(a, 1, readable, m)
		r.collect(1, 0)
		r.in(a, pending)
		r.modify(a, 2, readable|writable, m)
		for end := time.Now().Add(patience); r.collect(1, 0) == 0; runtime.Gosched() {
			r.in(a, cancelled) // the packet has not come yet
			if time.Now().After(end) {
				t.Fatal("it never comes")
			}
		}
		if r.got[2] != isWrite {
			t.Errorf("%v: %v", m, r.got)
		}
	}
}

// Who adds and deletes and never waits does not make the poller grow.
func TestNobodyWaits(t *testing.T) {
	r := newRig(t)
	a, _ := udpPair(t)
	before := r.census()
	for range cycles() {
		r.add(a, 1, readable, platform.Edge)
		r.delete(a)
	}
	if after := r.census(); after != before {
		t.Errorf("%+v, before %+v", after, before)
	}
	if n := r.table.queueLen(); n > 1 {
		t.Errorf("%d entries are queued", n)
	}
}

// Nor does one whose polls are made by looks at what is there already.
func TestNobodyWaitsAddedTwice(t *testing.T) {
	r := newRig(t)
	a, b := udpPair(t)
	write(t, b, "x")
	for range cycles() {
		r.add(a, 1, readable, platform.Edge)
		refused(t, r.Add(a, 2, readable, platform.Edge), "add", platform.ErrExists)
		r.delete(a)
	}
	if c := r.census(); c.limbo > 2*groupSize || c.stash > 2*groupSize {
		t.Errorf("%+v", c)
	}
}

// refusing is a source whose requests can't be made.
type refusing struct {
	source
	status windows.NTStatus
	asked  int
}

func (s *refusing) submit(slot uintptr, mask uint32) windows.NTStatus {
	if s.status == 0 {
		return s.source.submit(slot, mask)
	}
	s.asked++
	return s.status
}

// refuse makes the requests of a handle fail.
func (r *rig) refuse(h platform.Handle) *refusing {
	r.Helper()
	e := r.entry(h)
	r.table.mu.Lock()
	defer r.table.mu.Unlock()
	s := &refusing{source: e.source, status: windows.STATUS_INSUFFICIENT_RESOURCES}
	e.source = s
	return s
}

// A poll that can't be made is reported as an error of its handle, and the
// others go on: in Level mode it is reported by every Wait, and still does not
// hide what the port has.
func TestRequestRefused(t *testing.T) {
	for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
		r := newRig(t)
		a, _ := udpPair(t)
		c, d := udpPair(t)
		r.add(a, 1, readable, m)
		s := r.refuse(a)
		r.add(c, 2, readable, platform.Edge)
		write(t, d, "x")
		for range 8 {
			r.collect(1, 0)
		}
		if !r.got[1].Has(isRead|isWrite|isError) || r.got[2] != isRead {
			t.Errorf("%v: %v", m, r.got)
		}
		if m != platform.Level && s.asked != 1 {
			t.Errorf("%v: asked %d times", m, s.asked)
		}
		clear(r.got)
		// When it goes again, Modify makes everything as it should be.
		s.status = 0
		r.modify(a, 3, writable, m)
		for end := time.Now().Add(patience); r.got[3] != isWrite; {
			clear(r.got) // the failure may be reported once more
			r.collect(1, time.Until(end))
		}
		r.delete(a)
		r.delete(c)
		clear(r.got)
		r.quiet()
	}
}
