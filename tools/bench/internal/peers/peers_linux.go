// Package peers measures rouse beside the other libraries of the field, and writes
// a report with plots.
package peers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

// Settings are how to measure.
type Settings struct {
	Rounds   int
	Duration time.Duration // of each load
	Short    bool
	Match    *regexp.Regexp // what to measure, as in "64 connections, ping-pong: gnet"
	Out      string         // a folder for the report; "": none is written
}

// Run measures everything round by round, prints tables and writes the report. When
// ctx ends, what was measured until then is printed and written too.
func Run(ctx context.Context, s Settings) error {
	all := chosen(experiments(s), s.Match)
	if len(all) == 0 {
		return fmt.Errorf("nothing matches %q", s.Match)
	}
	if s.Out != "" { // not to find out later that it can't be written to
		if err := os.MkdirAll(s.Out, 0o755); err != nil {
			return err
		}
	}
	dir, err := os.MkdirTemp("", "rouse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	shop := &contender.Shop{Dir: dir}
	r := &run{shop: shop, experiments: all, rounds: s.Rounds, results: newResults(all)}
	ended := r.measure(ctx, newProgress(os.Stderr))
	if r.results.empty() && ended != nil {
		return ended
	}
	report := newReport(r, s)
	if err := report.print(os.Stdout); err != nil {
		return err
	}
	if s.Out != "" {
		ended = errors.Join(ended, report.write(s.Out))
	}
	return ended
}
