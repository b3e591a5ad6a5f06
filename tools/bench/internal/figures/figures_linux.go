// Package figures measures what rouse costs beside the least that the same thing
// can cost.
package figures

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
	"github.com/rouse-io/rouse/tools/bench/internal/gobench"
)

// Settings are how to measure.
type Settings struct {
	Rounds   int
	Duration time.Duration
	Short    bool
}

// A shop builds what is measured.
type shop struct {
	contender.Shop
	tests gobench.Shop
}

// Run measures what matches, and prints it; with a name, it writes the table to
// that file as Markdown, too.
func Run(ctx context.Context, s Settings, match *regexp.Regexp, markdown string) error {
	dir, err := os.MkdirTemp("", "rouse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	t := &shop{Shop: contender.Shop{Dir: dir}, tests: gobench.Shop{Dir: dir}}

	var results []result
	for _, e := range experiments(s) {
		e.keep(match)
		if len(e.lines) == 0 {
			continue
		}
		got, err := e.measure(ctx, t, s)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		fmt.Println(e.name)
		for _, r := range got {
			fmt.Println(r)
		}
		results = append(results, got...)
	}
	if len(results) == 0 {
		return fmt.Errorf("no line matches %q", match)
	}
	summarize(os.Stdout, results)
	if markdown == "" {
		return nil
	}
	return os.WriteFile(markdown, []byte(markdownTable(results, s)), 0o644)
}
