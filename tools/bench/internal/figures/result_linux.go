package figures

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rouse-io/rouse/tools/bench/internal/machine"
)

// A result is a line that was measured.
type result struct {
	experiment string
	line
	median, least, most float64
	of                  [2]float64 // medians of what a ratio is of
	missing             error      // why there is none
}

func (r *result) fill(rounds []sample) {
	figures := make([]float64, len(rounds))
	var of [2][]float64
	for i, s := range rounds {
		figures[i] = r.figure(s)
		if r.detail != nil {
			for k, v := range r.detail(s) {
				of[k] = append(of[k], v)
			}
		}
	}
	r.median, r.least, r.most = median(figures), slices.Min(figures), slices.Max(figures)
	if r.detail != nil {
		r.of = [2]float64{median(of[0]), median(of[1])}
	}
}

// median is the middle one, or the lower of the two.
func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[(len(v)-1)/2]
}

// verdict says whether the goal was reached.
func (r result) verdict() string {
	switch {
	case r.missing != nil:
		return r.missing.Error()
	case r.goal == noGoal:
		return ""
	case r.median <= r.goal+1e-9:
		return "reached"
	}
	return "missed"
}

// value is the figure with its range.
func (r result) value() string {
	if r.missing != nil {
		return "-"
	}
	return r.format(r.median) + " (" + r.format(r.least) + "-" + r.format(r.most) + ")"
}

// format writes a figure, with as many digits as mean something.
func (r result) format(v float64) string {
	switch {
	case r.unit == "":
		return fmt.Sprintf("%.2f", v)
	case v == float64(int(v)):
		return fmt.Sprintf("%.0f", v)
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// goalText is the goal in brackets.
func (r result) goalText() string {
	if r.goal == noGoal {
		return ""
	}
	return "[<= " + strings.TrimSuffix(fmt.Sprintf("%g", r.goal), ".0") + "]"
}

// parts is what a ratio is of.
func (r result) parts() string {
	if r.missing != nil || r.detail == nil {
		return ""
	}
	return fmt.Sprintf("%.2f / %.2f us", r.of[0]/1000, r.of[1]/1000)
}

// String is the result as one line of a terminal.
func (r result) String() string {
	measured := r.value()
	if r.unit != "" && r.missing == nil {
		measured += " " + r.unit
	}
	return strings.TrimRight(fmt.Sprintf("  %-40s %-24s %-11s %-8s %s", r.name, measured, r.goalText(), r.verdict(), r.parts()), " ")
}

// summarize says how many goals there were, and which were missed.
func summarize(w io.Writer, results []result) {
	goals, reached := 0, 0
	for _, r := range results {
		if r.goal != noGoal && r.missing == nil {
			goals++
			if r.verdict() == "reached" {
				reached++
			}
		}
	}
	_, _ = fmt.Fprintf(w, "\n%d of %d goals reached. %s\n", reached, goals, machine.Caption())
}

// markdownTable is the results for a document.
func markdownTable(results []result, s Settings) string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%s. Medians of %d rounds, with the least and the greatest.\n\n", machine.Caption(), s.Rounds)
	b.WriteString("| what | of what | measured | goal | |\n|---|---|---|---|---|\n")
	for _, r := range results {
		measured := r.value()
		if r.unit != "" && r.missing == nil {
			measured += " " + r.unit
		}
		if p := r.parts(); p != "" {
			measured += ", " + p
		}
		_, _ = fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.experiment, r.name, measured, strings.Trim(r.goalText(), "[]"), r.verdict())
	}
	return b.String()
}
