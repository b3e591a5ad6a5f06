//go:build linux

package linux

import (
	"slices"
	"testing"

	"github.com/rouse-io/rouse/gen/spec"
	"github.com/rouse-io/rouse/platform"
)

// target is what the spec says of this package.
func target(t *testing.T) *spec.Target {
	t.Helper()
	i := slices.IndexFunc(spec.Targets, func(s *spec.Target) bool { return s.GOOS == "linux" })
	if i < 0 {
		t.Fatal("the spec has no Linux")
	}
	return spec.Targets[i]
}

func bit(t *testing.T, name string) uint32 {
	t.Helper()
	c, ok := target(t).Const(name)
	if !ok {
		t.Fatalf("the spec has no %s", name)
	}
	return uint32(c.Value)
}

// The generated functions say of every combination of flags what the rules say,
// read one by one.
func TestDecode(t *testing.T) {
	linux := target(t)
	names := []string{"EPOLLIN", "EPOLLPRI", "EPOLLOUT", "EPOLLERR", "EPOLLHUP", "EPOLLRDHUP"}
	for i := range 1 << len(names) {
		var flags uint32
		for j, name := range names {
			if i>>j&1 != 0 {
				flags |= bit(t, name)
			}
		}
		for pipe, field := range map[bool]int64{false: 0, true: 1} {
			ready, outcome := linux.Decode(spec.Event{spec.Flags: int64(flags), spec.Pipe: field})
			if got, want := decode(flags, pipe), platform.Ready(ready); got != want || outcome != spec.Report {
				t.Errorf("decode(%#x, %v) = %v, want %v", flags, pipe, got, want)
			}
		}
	}
}

func TestArm(t *testing.T) {
	m := target(t).Mechanism
	for in := range platform.AllInterests + 1 {
		for _, mode := range m.Modes {
			var want uint32
			for _, a := range m.Arms {
				if in&platform.Interest(a.Interest) == 0 {
					continue
				}
				for _, name := range a.Flags {
					want |= bit(t, name)
				}
			}
			for _, name := range mode.Flags {
				want |= bit(t, name)
			}
			if got := arm(in, platform.Mode(mode.Mode)); got != want {
				t.Errorf("arm(%v, %v) = %#x, want %#x", in, platform.Mode(mode.Mode), got, want)
			}
		}
	}
}

func TestTokenRoundTrip(t *testing.T) {
	for _, want := range []platform.Token{0, 1, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 1 << 63, 0x0123456789abcdef, ^platform.Token(0)} {
		ev := event(0, want)
		if got := token(&ev); got != want {
			t.Errorf("token %#x comes back as %#x", want, got)
		}
	}
}
