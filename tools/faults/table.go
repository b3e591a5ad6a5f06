package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// A row is a call and an error.
type row struct{ call, errno string }

// A tally is what came of the faults of a row.
type tally struct{ hits, programs, ended, wentOn, findings int }

// A table is what came of all faults.
type table struct {
	rows     map[row]*tally
	total    tally
	others   int // faults that met what is left out, alone
	missed   int // of which no call was made
	findings []*fault
}

func newTable(done []*fault) *table {
	t := &table{rows: make(map[row]*tally)}
	for _, f := range done {
		if f.finding != "" {
			t.findings = append(t.findings, f)
		}
		switch {
		case f.hits == 0 && f.others > 0:
			t.others++
		case f.hits == 0:
			t.missed++
		}
		key := row{f.call, f.errno}
		if t.rows[key] == nil {
			t.rows[key] = new(tally)
		}
		t.rows[key].add(f)
		t.total.add(f)
	}
	return t
}

func (t *tally) add(f *fault) {
	if f.finding != "" {
		t.findings++
	}
	if f.hits == 0 {
		return
	}
	t.hits += f.hits
	t.programs++
	if f.ended {
		t.ended++
	} else if f.finding == "" {
		t.wentOn++
	}
}

// write writes the table, and one line that sums it up. Planned is how many
// faults there could have been.
func (t *table) write(out io.Writer, planned int) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "call\terror\tinjected\tprograms\tended\twent on\tfindings")
	place := make(map[string]int)
	for i, m := range manual {
		place[m.call] = i + 1
	}
	keys := slices.SortedFunc(maps.Keys(t.rows), func(a, b row) int {
		return cmp.Or(cmp.Compare(place[a.call], place[b.call]), strings.Compare(a.errno, b.errno))
	})
	for _, key := range keys {
		r := t.rows[key]
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%d\t%d\n", key.call, key.errno, r.hits, r.programs, r.ended, r.wentOn, r.findings)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	tried := t.total.programs + t.missed + t.others
	if left := planned - tried; left > 0 {
		_, _ = fmt.Fprintf(out, "%d of %d places were not tried: the time was up\n", left, planned)
	}
	if t.missed+t.others > 0 {
		_, _ = fmt.Fprintf(out, "%d were not come to; %d met what is left out\n", t.missed, t.others)
	}
	for _, f := range t.findings {
		_, _ = fmt.Fprintf(out, "\nFINDING: %v\n%s\n", f, f.finding)
	}
	_, err := fmt.Fprintf(out, "%d faults injected in %d programs: %d ended with the error, %d went on, %d findings\n",
		t.total.hits, t.total.programs, t.total.ended, t.total.wentOn, len(t.findings))
	return err
}

// verdict is the error of a table that has findings, or nothing at all.
func (t *table) verdict() error {
	switch {
	case len(t.findings) > 0:
		return fmt.Errorf("%d findings", len(t.findings))
	case t.total.hits == 0:
		return fmt.Errorf("no fault was injected")
	}
	return nil
}
