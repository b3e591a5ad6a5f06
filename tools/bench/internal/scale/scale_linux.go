// Package scale measures how rouse grows: with registrations, with connections and
// with reactors.
package scale

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
	"github.com/rouse-io/rouse/tools/bench/internal/machine"
)

// Settings are how to measure.
type Settings struct {
	Self       []string // the command that runs a part
	Match      *regexp.Regexp
	Sizes      []int // numbers of registrations, in ascending order
	Operations int   // of each kind on registrations
	Conns      int
	Rounds     int // of loads on groups
	Duration   time.Duration
	Markdown   string // a file for the tables; "": none is written
}

// An experiment measures one table. When ctx ends it returns what there is until
// then.
type experiment struct {
	name    string
	measure func(ctx context.Context, t *tools) (table, error)
}

// tools are what experiments work with.
type tools struct {
	Settings
	shop *contender.Shop
}

// part is the command that runs a part.
func (t *tools) part(args ...any) []string {
	command := append([]string(nil), t.Self...)
	for _, a := range args {
		command = append(command, fmt.Sprint(a))
	}
	return command
}

var experiments = []experiment{
	{"registrations", measureSizes},
	{"connections", measureConnections},
	{"groups", measureGroups},
}

// Run measures what matches, and prints it; with a name, it writes the tables to
// that file as Markdown, too. When ctx ends, what was measured until then is printed
// and written.
func Run(ctx context.Context, out io.Writer, s Settings) error {
	var chosen []experiment
	for _, e := range experiments {
		if s.Match.MatchString(e.name) {
			chosen = append(chosen, e)
		}
	}
	if len(chosen) == 0 {
		return fmt.Errorf("no experiment matches %q", s.Match)
	}
	dir, err := os.MkdirTemp("", "rouse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	t := &tools{s, &contender.Shop{Dir: dir}}

	caption := machine.Caption()
	if _, err := fmt.Fprintln(out, caption+"\n"); err != nil {
		return err
	}
	var document strings.Builder
	var failed error
	for _, e := range chosen {
		got, err := e.measure(ctx, t)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", e.name, err))
		}
		if len(got.rows) > 0 {
			if err := got.text(out); err != nil {
				return err
			}
			got.markdown(&document)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if s.Markdown != "" && document.Len() > 0 {
		failed = errors.Join(failed, os.WriteFile(s.Markdown, []byte(preface+caption+".\n\n"+document.String()), 0o644))
	}
	return failed
}

const preface = `# How it grows

Written by ` + "`go -C tools/bench run . scale -md file`" + `. What is measured is told above each
table; CPU time and memory are the operating system's own accounting.

`
