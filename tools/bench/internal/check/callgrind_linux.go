package check

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// callgrind is what runs a benchmark's binary under callgrind, so that the first
// part of its profile is what testing.B.Loop measures: Loop resets the timer before its
// first run and stops it after the last. (What is counted besides is where
// ResetTimer reads the heap's figures, some 9,500 instructions.)
func callgrind(valgrind, profile string) []string {
	return []string{
		valgrind, "--tool=callgrind", "--quiet", "--vgdb=no",
		"--callgrind-out-file=" + profile,
		"--zero-before=testing.(*B).ResetTimer",
		"--dump-before=testing.(*B).StopTimer",
		"--dump-line=no", "--compress-strings=no", "--compress-pos=no",
	}
}

// firstPart is the file with the first part of a profile.
func firstPart(profile string) string { return profile + ".1" }

// monitor is the thread of Go's runtime that looks after the others every now and
// then: how often depends on the time.
const monitor = "runtime.sysmon"

// A profile is how many instructions were executed, but for the monitor's.
type profile struct {
	total uint64
	own   map[string]uint64 // by function, without those that it calls
}

// A function is one with what it costs itself in one operation.
type function struct {
	name         string
	instructions float64
}

// parseProfile reads a profile in the format of the manual of callgrind, "Callgrind
// Format Specification", without compression and with one event.
func parseProfile(text []byte) (profile, error) {
	p := profile{own: make(map[string]uint64)}
	var name string
	var all, monitored, promised uint64
	called := false // the next cost is that of a call
	for line := range strings.Lines(string(bytes.TrimSpace(text))) {
		line = strings.TrimSuffix(line, "\n")
		switch rest, isFunction := strings.CutPrefix(line, "fn="); {
		case isFunction:
			name = recursion.ReplaceAllString(rest, "")
		case strings.HasPrefix(line, "calls="):
			called = true
		case strings.HasPrefix(line, "totals: "):
			n, err := strconv.ParseUint(line[len("totals: "):], 10, 64)
			if err != nil {
				return profile{}, fmt.Errorf("callgrind: %w", err)
			}
			promised = n
		case line != "" && line[0] >= '0' && line[0] <= '9':
			_, figure, _ := strings.Cut(line, " ")
			n, err := strconv.ParseUint(figure, 10, 64)
			if err != nil {
				return profile{}, fmt.Errorf("callgrind: %w", err)
			}
			if name == monitor {
				monitored += n
			}
			if !called {
				all += n
				p.own[name] += n
			}
			called = false
		}
	}
	switch {
	case promised == 0:
		return profile{}, errors.New("callgrind: the profile has no total")
	case all != promised || monitored > all:
		return profile{}, fmt.Errorf("callgrind: the profile's functions have %d instructions, and it says %d", all, promised)
	}
	p.total = all - monitored
	return p, nil
}

// measures reports whether this can be the profile of a loop with so many runs.
// (Which function is the loop's callgrind does not always know: Go's runtime
// switches stacks.)
func (p profile) measures(runs int) bool {
	const least = 10 // instructions, of Loop alone
	return p.total >= least*uint64(runs)
}

// recursion is what callgrind adds to the name of a function that calls itself.
var recursion = regexp.MustCompile(`'\d+$`)

// costliest are the functions that cost most, but for those with less than a
// hundredth.
func (p profile) costliest(runs int) []function {
	const some = 5
	var all []function
	for name, n := range p.own {
		if n >= p.total/100 {
			all = append(all, function{name, float64(n) / float64(runs)})
		}
	}
	slices.SortFunc(all, func(a, b function) int {
		return cmp.Or(cmp.Compare(b.instructions, a.instructions), strings.Compare(a.name, b.name))
	})
	return all[:min(some, len(all))]
}
