package netio_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A behaviour is a script that must answer the same on both stacks.
type behaviour struct {
	name     string
	networks []string // that it needs
	notOn    string   // a system where there is nothing to compare with
	script   func(*session)
	differs  []difference
}

// A difference is a step that netio answers in its own way, and why. Where the
// two agree after all the test fails, because the reason has gone; but not where
// it is one of a single system, whose versions differ.
type difference struct {
	step string
	on   string // the only system where it holds; empty where all
	why  string
}

// TestSideBySide runs each script against package net and against netio. Both
// must give the same answers: the values, the errors' texts, what errors.Is finds
// in them, and what is in the *net.OpError. What differs is declared beside the
// script, with the reason.
func TestSideBySide(t *testing.T) {
	for _, b := range slices.Concat(
		dialling, listeningOn, transfers, ends, deadlines, addresses, socketOptions, datagrams, rawAccess,
	) {
		t.Run(b.name, func(t *testing.T) {
			if b.notOn == runtime.GOOS {
				t.Skip("package net has no answer here")
			}
			for _, network := range b.networks {
				if !has(t, network) {
					t.Skipf("no %s here", network)
				}
			}
			want, got := b.run(t, netStack()), b.run(t, netioStack(t))
			for _, d := range b.differs {
				if d.on != "" && d.on != runtime.GOOS {
					continue
				}
				i := slices.IndexFunc(want, func(s step) bool { return s.Name == d.step })
				if i < 0 || i >= len(got) || got[i].Name != d.step {
					t.Errorf("there is no step %q", d.step)
					continue
				}
				if d.on == "" && cmp.Equal(want[i], got[i]) {
					t.Errorf("step %q does not differ: %s", d.step, d.why)
				}
				t.Logf("declared: %s\n%s", d.why, cmp.Diff(want[i], got[i]))
				want[i], got[i] = step{Name: d.step}, step{Name: d.step}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("package net (-), netio (+):\n%s", diff)
			}
		})
	}
}
