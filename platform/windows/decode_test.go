//go:build windows

package windows

import (
	"slices"
	"testing"

	"github.com/rouse-io/rouse/gen/spec"
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// target is what the spec says of this package.
func target(t *testing.T) *spec.Target {
	t.Helper()
	i := slices.IndexFunc(spec.Targets, func(s *spec.Target) bool { return s.GOOS == "windows" })
	if i < 0 {
		t.Fatal("the spec has no Windows")
	}
	return spec.Targets[i]
}

// mask is the constants that are named, or-ed.
func mask(t *testing.T, names ...string) uint32 {
	t.Helper()
	var m uint32
	for _, name := range names {
		c, ok := target(t).Const(name)
		if !ok {
			t.Fatalf("the spec has no %s", name)
		}
		m |= uint32(c.Value)
	}
	return m
}

// The generated functions say of every combination of events what the rules
// say, read one by one.
func TestDecode(t *testing.T) {
	target := target(t)
	statuses := []windows.NTStatus{0, windows.STATUS_PENDING, windows.STATUS_CANCELLED, windows.STATUS_INSUFFICIENT_RESOURCES}
	for events := range uint32(0x200) {
		for _, status := range statuses {
			for stream, field := range map[bool]int64{false: 0, true: 1} {
				ready, outcome := target.Decode(spec.Event{
					spec.Flags:  int64(events),
					spec.Status: int64(int32(status)),
					spec.Stream: field,
				})
				got, became := decode(status, events, stream)
				if got != platform.Ready(ready) || int(became) != int(outcome) {
					t.Errorf("decode(%#x, %#x, %v) = %v, %d, want %v, %d",
						uint32(status), events, stream, got, became, platform.Ready(ready), outcome)
				}
			}
		}
	}
}

func TestArm(t *testing.T) {
	m := target(t).Mechanism
	for in := range platform.AllInterests + 1 {
		want := mask(t, slices.Concat(m.Always, m.Last)...)
		for _, a := range m.Arms {
			if in&platform.Interest(a.Interest) != 0 {
				want |= mask(t, a.Flags...)
			}
		}
		if got := arm(in); got != want {
			t.Errorf("arm(%v) = %#x, want %#x", in, got, want)
		}
		for _, n := range m.Never {
			if arm(in)&mask(t, n.Const) != 0 {
				t.Errorf("arm(%v) asks for %s (facts/pitfalls 22)", in, n.Const)
			}
		}
	}
}

// What is asked after a report: in Edge mode less, in OneShot mode nothing, but
// a close is always watched for.
func TestAfter(t *testing.T) {
	m := target(t).Mechanism
	last := mask(t, m.Last...)
	for in := range platform.AllInterests + 1 {
		want := arm(in)
		for events := range uint32(0x200) {
			events &= want &^ last
			for _, mode := range m.Modes {
				left := want
				switch mode.After {
				case spec.DropBits:
					left &^= events
				case spec.AskNone:
					left = last
				}
				if got := after(platform.Mode(mode.Mode), want, events); got != left || got&last != last {
					t.Errorf("after(%v, %#x, %#x) = %#x, want %#x", platform.Mode(mode.Mode), want, events, got, left)
				}
			}
		}
	}
}
