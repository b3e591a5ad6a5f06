//go:build unix

package kqueue

import (
	"slices"
	"testing"

	"github.com/rouse-io/rouse/gen/spec"
	"github.com/rouse-io/rouse/platform"
)

var dialects = map[string]*Dialect{
	"darwin": &Darwin, "freebsd": &FreeBSD, "netbsd": &NetBSD, "openbsd": &OpenBSD, "dragonfly": &Dragonfly,
}

// everyDialect runs a test for each target of the spec that has kqueue.
func everyDialect(t *testing.T, test func(t *testing.T, target *spec.Target, d *Dialect)) {
	t.Helper()
	for _, target := range spec.Targets {
		if target.Mechanism == spec.Kqueue {
			t.Run(target.GOOS, func(t *testing.T) { test(t, target, dialects[target.GOOS]) })
		}
	}
}

// value returns a constant of a target, or 0 where it has none.
func value(target *spec.Target, name string) int64 {
	c, _ := target.Const(name)
	return c.Value
}

// The generated function says of every event what the rules say, read one by
// one.
func TestDecode(t *testing.T) {
	everyDialect(t, func(t *testing.T, target *spec.Target, d *Dialect) {
		for _, arm := range target.Mechanism.Arms {
			if !target.Watches(arm.Interest) {
				continue
			}
			filter := value(target, arm.Filter)
			for i := range 1 << 6 {
				bit := func(n int, v int64) int64 { return v * int64(i>>n&1) }
				ev := spec.Event{
					spec.Filter: filter,
					spec.Flags:  bit(0, value(target, "EV_EOF")) | bit(1, value(target, "EV_ERROR")) | bit(2, value(target, "EV_ONESHOT")),
					spec.Fflags: bit(3, value(target, "NOTE_OOB")),
					spec.Data:   bit(4, 9),
					spec.Ends:   bit(5, 1),
				}
				ready, outcome := target.Decode(ev)
				is := Kevent{Filter: int32(filter), Flags: uint32(ev[spec.Flags]), Fflags: uint32(ev[spec.Fflags]), Data: ev[spec.Data]}
				got := d.decode(d.interest(is.Filter), &is, ev[spec.Ends] != 0)
				if want := platform.Ready(ready); got != want || outcome != spec.Report {
					t.Errorf("decode(%+v, ends %d) = %v, want %v", is, ev[spec.Ends], got, want)
				}
			}
		}
	})
}

// What is asked for is what the spec has, and every filter is told from the
// others.
func TestArm(t *testing.T) {
	everyDialect(t, func(t *testing.T, target *spec.Target, d *Dialect) {
		var all platform.Interest
		for _, arm := range target.Mechanism.Arms {
			in := platform.Interest(arm.Interest)
			if !target.Watches(arm.Interest) {
				continue
			}
			all |= in
			var want uint32
			for _, name := range arm.Fflags {
				want |= uint32(value(target, name))
			}
			filter, fflags := d.arm(in)
			if filter != int32(value(target, arm.Filter)) || fflags != want {
				t.Errorf("arm(%v) = %d, %#x", in, filter, fflags)
			}
			if back := d.interest(filter); back != in {
				t.Errorf("interest(%d) = %v, want %v", filter, back, in)
			}
		}
		if d.interests != all {
			t.Errorf("%v can be watched for, want %v", d.interests, all)
		}
		for _, mode := range target.Mechanism.Modes {
			var want uint32
			for _, name := range mode.Flags {
				want |= uint32(value(target, name))
			}
			if got := modeFlags(platform.Mode(mode.Mode)); got != want {
				t.Errorf("modeFlags(%v) = %#x, want %#x", platform.Mode(mode.Mode), got, want)
			}
		}
	})
}

// The waker is no filter of a handle's: EVFILT_USER, or a pipe.
func TestWakerOfDialect(t *testing.T) {
	everyDialect(t, func(t *testing.T, target *spec.Target, d *Dialect) {
		if d.pipe != (target.WakerOf().Name == "pipe") {
			t.Errorf("the waker is a pipe: %v", d.pipe)
		}
		if want := int32(value(target, "EVFILT_USER")); d.evfiltUser != want {
			t.Errorf("EVFILT_USER is %d, want %d", d.evfiltUser, want)
		}
		if !d.pipe && slices.Contains([]int32{d.evfiltRead, d.evfiltWrite, d.evfiltExcept}, d.evfiltUser) {
			t.Error("EVFILT_USER is another filter, too")
		}
		if want := int32(value(target, "EVFILT_PROC")); d.evfiltProc != want {
			t.Errorf("EVFILT_PROC is %d, want %d", d.evfiltProc, want)
		}
	})
}
