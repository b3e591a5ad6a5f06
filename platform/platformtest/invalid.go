package platformtest

import (
	"time"

	"github.com/rouse-io/rouse/platform"
)

var invalid = []behaviour{
	{"Interest", invalidInterest},
	{"Mode", invalidMode},
	{"Events", invalidEvents},
}

// An interest of no or unknown bits is ErrInvalid, and changes nothing.
func invalidInterest(r *rig) {
	check := r.bystander()
	a, b := r.tcpPair()
	added, _ := r.tcpPair()
	r.add(added, 1, platform.Readable, platform.Level)
	for _, in := range []platform.Interest{0, 1 << 3, 1 << 7, platform.AllInterests + 1, platform.Readable | 1<<4, ^platform.AllInterests, ^platform.Interest(0)} {
		r.refused(r.Add(a.h, 2, in, platform.Edge), "add", a.h, platform.ErrInvalid)
		r.refused(r.Modify(added.h, 2, in, platform.Edge), "modify", added.h, platform.ErrInvalid)
		r.refused(r.Rearm(added.h, 1, in), "rearm", added.h, platform.ErrInvalid)
	}
	b.write("x")
	r.quiet()
	r.refused(r.Delete(a.h), "delete", a.h, platform.ErrNotFound)
	check()
}

func invalidMode(r *rig) {
	check := r.bystander()
	a, b := r.tcpPair()
	added, _ := r.tcpPair()
	r.add(added, 1, platform.Readable, platform.Level)
	for _, m := range []platform.Mode{platform.OneShot + 1, 0x80, 0xff} {
		r.refused(r.Add(a.h, 2, platform.Writable, m), "add", a.h, platform.ErrInvalid)
		r.refused(r.Modify(added.h, 2, platform.Writable, m), "modify", added.h, platform.ErrInvalid)
	}
	b.write("x")
	r.quiet()
	r.refused(r.Delete(a.h), "delete", a.h, platform.ErrNotFound)
	check()
}

// A Wait that could report nothing is ErrInvalid, and takes no wake from the
// next one.
func invalidEvents(r *rig) {
	check := r.bystander()
	r.wake()
	for _, timeout := range []time.Duration{-1, 0, time.Nanosecond, time.Hour} {
		for _, events := range [][]platform.Event{nil, {}, make([]platform.Event, 0, 8)} {
			n, err := r.Wait(events, timeout)
			r.refused(err, "wait", platform.NoHandle, platform.ErrInvalid)
			if n != 0 {
				r.Errorf("Wait reports %d events in a slice of none", n)
			}
		}
	}
	r.woken()
	check()
}
