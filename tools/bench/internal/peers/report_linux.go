package peers

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
	"github.com/rouse-io/rouse/tools/bench/internal/machine"
)

// A report is what there is to say of a run.
type report struct {
	*run
	duration time.Duration
	machine  string
	date     string
}

func newReport(r *run, s Settings) *report {
	return &report{run: r, duration: s.Duration, machine: machine.Caption(), date: time.Now().UTC().Format(time.DateOnly)}
}

// caption says where, when and how often it was measured, and what.
func (r *report) caption() []string {
	rounds := fmt.Sprintf("medians of %d rounds of %v, with the least and the greatest", r.rounds, r.duration)
	switch {
	case r.done < r.rounds:
		rounds = fmt.Sprintf("interrupted in round %d of %d, after which nothing was measured", r.done+1, r.rounds)
	case r.rounds == 1:
		rounds = fmt.Sprintf("one round of %v", r.duration)
	}
	lines := []string{r.machine + ", " + r.date + "; " + rounds + "."}
	if versions := r.versionList(); versions != "" {
		lines = append(lines, versions+".")
	}
	return lines
}

// versionList is the versions of the modules and compilers, each once.
func (r *report) versionList() string {
	texts := make(map[string]bool)
	for name, version := range r.versions {
		c, _ := contender.Get(name)
		switch {
		case c.Kind == contender.Rouse:
			texts["rouse "+version] = true
		case strings.Contains(version, " "): // a compiler says who it is
			texts[version] = true
		case c.Kind == contender.Peer && !strings.HasPrefix(version, "go"):
			texts[c.Title+" "+version] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(texts)), ", ")
}

// print writes the tables for a terminal.
func (r *report) print(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, e := range r.experiments {
		_, _ = fmt.Fprintf(t, "\n%s\n", e.heading)
		for _, row := range r.table(e, 1) { // more would be too wide
			_, _ = fmt.Fprintf(t, "  %s\n", strings.Join(row, "\t"))
		}
		if err := t.Flush(); err != nil {
			return err
		}
		for _, line := range slices.Concat(r.reasons(e), r.results.winners(e)) {
			_, _ = fmt.Fprintf(t, "  %s\n", line)
		}
	}
	verdicts := r.results.judge()
	_, _ = fmt.Fprintf(t, "\n%s\n", score(verdicts))
	for _, v := range verdicts {
		if v.known {
			_, _ = fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\n", v.under, v.what, v.measured(), v.wanted(), v.word())
		}
	}
	_, _ = fmt.Fprintf(t, "\n%s\n", strings.Join(r.caption(), "\n"))
	return t.Flush()
}

// table is the figures of an experiment, a row for each contender, with a heading.
// The first columns have the ranges, too.
func (r *report) table(e experiment, ranges int) [][]string {
	head := []string{""}
	for _, c := range e.columns {
		head = append(head, string(c.quantity))
	}
	rows := [][]string{head}
	for _, name := range e.contenders {
		c, _ := contender.Get(name)
		row := []string{c.Title}
		for i, column := range e.columns {
			f, ok := r.results.figure(operand{e.name, name, column.quantity})
			switch {
			case !ok:
				row = append(row, "-")
			case i < ranges:
				row = append(row, column.unit.spread(f))
			default:
				row = append(row, column.unit.text(f.median))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// reasons say why contenders were not measured, or not to the end, a line each.
func (r *report) reasons(e experiment) []string {
	var all []string
	for _, name := range e.contenders {
		if err := r.results[e.name][name].failed; err != nil {
			c, _ := contender.Get(name)
			all = append(all, c.Title+": "+oneLine(err.Error()))
		}
	}
	return all
}

// oneLine is the beginning of what a compiler or a server has said.
func oneLine(s string) string {
	const enough = 200
	line := []rune(strings.Join(strings.Fields(s), " "))
	if len(line) > enough {
		return string(line[:enough]) + "…"
	}
	return string(line)
}
