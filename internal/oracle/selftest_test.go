package oracle

import (
	"go/format"
	"slices"
	"strings"
	"testing"
	"time"
)

// A script is the same after it was made into bytes and back, and the seeds have
// every step there is.
func TestEncode(t *testing.T) {
	var has [opCount]bool
	for i, s := range seeds {
		if got := decode(s.encode()); !slices.Equal(got, s) {
			t.Errorf("seed %d comes back as %v", i, got)
		}
		for _, st := range s {
			has[st.op] = true
		}
	}
	for o, has := range has {
		if !has {
			t.Errorf("no seed has a %s", forms[o].name)
		}
	}
	if got := decode([]byte{255, 255, 255, 1}); len(got) != 1 {
		t.Errorf("%d steps are made of 4 bytes", len(got))
	}
}

// What is printed can be pasted.
func TestPrinted(t *testing.T) {
	s := script{{loop, 0, running}, {pair, 2, stream}, {register, 2, readable | writable}, {write, 3, 100}, {see, 2, reading}}
	const want = `func TestFound(t *testing.T) {
	try(t, script{
		{loop, 0, running},
		{pair, 2, stream},
		{register, 2, readable | writable},
		{write, 3, 100},
		{see, 2, reading},
	})
}
`
	if got := s.test(); got != want {
		t.Errorf("got:\n%s", got)
	}
	for i, s := range seeds {
		text := s.test()
		if got, err := format.Source([]byte(text)); err != nil || string(got) != text {
			t.Errorf("seed %d: %v\n%s", i, err, text)
		}
	}
}

// What is left when a script was made smaller is what its failure needs, in the
// same order, wherever that stands.
func TestMinimise(t *testing.T) {
	need := script{{pair, 0, 0}, {register, 1, readable}, {write, 0, 1}}
	fails := func(s script) bool {
		left := need
		for _, st := range s {
			if len(left) > 0 && st == left[0] {
				left = left[1:]
			}
		}
		return len(left) == 0
	}
	filler := step{op: turn}
	for _, at := range [][3]int{{0, 0, 0}, {1, 30, 7}, {50, 0, 50}, {63, 1, 0}} {
		var s script
		for i, st := range need {
			s = append(append(s, slices.Repeat(script{filler}, at[i])...), st)
		}
		s = append(s, filler)
		if got := minimise(s, time.Minute, fails); !slices.Equal(got, need) {
			t.Errorf("after %v fillers %v is left", at, got)
		}
	}
	if got := minimise(need, 0, fails); !slices.Equal(got, need) {
		t.Errorf("without time %v is left", got)
	}
}

// A finding names the step, and what was found.
func TestFinding(t *testing.T) {
	text := (&finding{lost, 3, "end 1"}).String()
	for _, want := range []string{"lost readiness", "step 3", "end 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
}
