// Package check compares what the micro benchmarks of the library cost with what
// they cost before: allocations, bytes and instructions. None of them is a time:
// they are the same on a machine that is slow or busy.
package check

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"sync"
)

// Settings are what to check.
type Settings struct {
	Match    *regexp.Regexp // names of benchmarks
	Baseline string         // the file with what they cost before
	Update   bool           // write that file
}

// Run measures, and prints a row for each benchmark. Its error says how many are
// above their baselines.
func Run(ctx context.Context, out io.Writer, s Settings) error {
	before, err := readBaselines(s.Baseline)
	if err != nil {
		return err
	}
	valgrind, err := exec.LookPath("valgrind")
	if err != nil && s.Update {
		return fmt.Errorf("a baseline has instructions, too: %w", err)
	}
	chosen := matching(s.Match)
	if len(chosen) == 0 {
		return fmt.Errorf("no benchmark matches %q", s.Match)
	}
	dir, err := os.MkdirTemp("", "rouse-check-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	here := platform{runtime.GOARCH, minor(runtime.Version())}
	enough := func(b benchmark, now cost) bool {
		was, known := before[key{here, b.name()}]
		return !s.Update && (!known || !now.isWorse(was))
	}
	r := newReport(out, here)
	var costs []cost
	err = measureAll(ctx, meter{dir: dir, valgrind: valgrind}, chosen, enough, func(b benchmark, m measured) {
		was, known := before[key{here, b.name()}]
		r.add(b.name(), m, was, known)
		costs = append(costs, m.cost)
	})
	if err != nil {
		return err
	}
	if s.Update {
		for i, b := range chosen {
			before[key{here, b.name()}] = costs[i]
		}
		before.keepKnown(here, benchmarks)
		return before.write(s.Baseline)
	}
	if valgrind == "" {
		r.note("instructions were not counted: there is no valgrind")
	}
	return r.end()
}

// measureAll measures as many benchmarks at once as there are processors, and hands
// on what they cost in order.
func measureAll(ctx context.Context, m meter, all []benchmark, enough func(benchmark, cost) bool, each func(benchmark, measured)) error {
	binaries, err := m.build(ctx, all)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer stop()

	type result struct {
		measured
		err error
	}
	results := make([]chan result, len(all))
	for i := range results {
		results[i] = make(chan result, 1)
	}
	next := make(chan int)
	workers.Go(func() {
		defer close(next)
		for i := range all {
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	})
	for range runtime.NumCPU() {
		workers.Go(func() {
			for i := range next {
				b := all[i]
				got, err := m.measure(ctx, binaries[b.pkg], b, func(c cost) bool { return enough(b, c) })
				results[i] <- result{got, err}
			}
		})
	}
	for i, b := range all {
		select {
		case got := <-results[i]:
			if got.err != nil {
				return fmt.Errorf("%s: %w", b.name(), got.err)
			}
			each(b, got.measured)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

var minorOf = regexp.MustCompile(`go\d+\.\d+`)

// minor is the version of Go without what a release of fixes adds.
func minor(version string) string { return minorOf.FindString(version) }
