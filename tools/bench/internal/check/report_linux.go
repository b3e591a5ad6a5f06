package check

import (
	"fmt"
	"io"
	"strings"
)

// tolerance is how much more something may cost than before.
const tolerance = 0.05

// A report prints what was measured, and counts what is worse than before.
type report struct {
	out     io.Writer
	here    platform
	worse   int
	unknown int // that have no baseline
	better  int
}

func newReport(out io.Writer, here platform) *report {
	_, _ = fmt.Fprintf(out, "%-30s %16s %16s %24s\n", here, "allocs/op", "B/op", "instructions/op")
	return &report{out: out, here: here}
}

// add prints a row: what an operation costs, and how much more or less that is than
// before, if that is known.
func (r *report) add(name string, now measured, before cost, known bool) {
	verdict := ""
	switch {
	case !known:
		r.unknown++
		verdict = "no baseline for " + r.here.String()
	case now.isWorse(before):
		r.worse++
		verdict = "WORSE"
	case isMore(now.allocs, before.allocs), isMore(now.bytes, before.bytes),
		now.instructions > 0 && isMore(now.instructions, before.instructions):
		r.better++
		verdict = "better"
	}
	row := fmt.Sprintf("%-30s %16s %16s %24s  %s", name,
		figure("%.0f", before.allocs, now.allocs, known),
		figure("%.0f", before.bytes, now.bytes, known),
		instructions(before.instructions, now.instructions, known),
		verdict)
	r.note(strings.TrimRight(row, " "))
	if known && isMore(before.instructions, now.instructions) {
		for _, f := range now.costliest {
			r.note(fmt.Sprintf("%12.1f %s", f.instructions, f.name))
		}
	}
}

// isWorse reports whether any of the costs is higher than before.
func (c cost) isWorse(before cost) bool {
	return isMore(before.allocs, c.allocs) || isMore(before.bytes, c.bytes) || isMore(before.instructions, c.instructions)
}

// isMore reports whether something is more than before, by more than what is
// tolerated.
func isMore(before, now float64) bool { return now > before*(1+tolerance)+1e-9 }

// figure is a cost, and what it was if it was another.
func figure(format string, before, now float64, known bool) string {
	s := fmt.Sprintf(format, now)
	if known && s != fmt.Sprintf(format, before) {
		s = fmt.Sprintf(format, before) + " -> " + s
	}
	return s
}

// instructions is how many, with the change as a percentage; or a dash where they
// were not counted.
func instructions(before, now float64, known bool) string {
	switch {
	case now == 0:
		return "-"
	case !known || before == 0:
		return fmt.Sprintf("%.1f", now)
	}
	return fmt.Sprintf("%.1f (%+.1f %%)", now, (now/before-1)*100)
}

func (r *report) note(text string) { _, _ = fmt.Fprintln(r.out, text) }

// end says what comes of it.
func (r *report) end() error {
	if r.unknown > 0 {
		r.note(fmt.Sprintf("%d without a baseline: -update writes one", r.unknown))
	}
	if r.better > 0 {
		r.note(fmt.Sprintf("%d better than their baselines: -update writes new ones", r.better))
	}
	if r.worse > 0 {
		return fmt.Errorf("%d above their baselines by more than %.0f %%; if that is meant: go -C tools/bench run . check -update", r.worse, tolerance*100)
	}
	return nil
}
