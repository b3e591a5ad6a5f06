package figures

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

// An experiment measures several quantities in turns, and says what is to be
// made of them.
type experiment struct {
	name  string
	parts []part
	lines []line
}

// A part measures quantities once. The name is that of the only one, or what
// stands before a slash or a colon in all of them.
type part struct {
	name    string
	measure func(context.Context, *shop) (sample, error)
}

// A sample has what one round has measured, by name.
type sample map[string]float64

// A line is one figure with the goal that it has.
type line struct {
	name   string
	unit   string                  // empty: a ratio
	figure func(sample) float64    // of one round
	uses   []string                // what the figure is made of
	goal   float64                 // at most; below 0: none
	detail func(sample) [2]float64 // of a ratio: what it is a ratio of; or nil
}

// noGoal is the goal of a figure that is only told.
const noGoal = -1

// ratio is a line: a in terms of b.
func ratio(name, a, b string, goal float64) line {
	return line{
		name:   name,
		figure: func(s sample) float64 { return s[a] / s[b] },
		uses:   []string{a, b},
		goal:   goal,
		detail: func(s sample) [2]float64 { return [2]float64{s[a], s[b]} },
	}
}

// beyond is a line: what a takes more than b.
func beyond(name, unit, a, b string, goal float64) line {
	return line{name: name, unit: unit, figure: func(s sample) float64 { return s[a] - s[b] }, uses: []string{a, b}, goal: goal}
}

// plain is a line: a itself.
func plain(name, unit, a string, goal float64) line {
	return line{name: name, unit: unit, figure: func(s sample) float64 { return s[a] }, uses: []string{a}, goal: goal}
}

// keep drops the lines that don't match, and the parts that no line needs.
func (e *experiment) keep(match *regexp.Regexp) {
	e.lines = slices.DeleteFunc(e.lines, func(l line) bool { return !match.MatchString(e.name + ": " + l.name) })
	e.parts = slices.DeleteFunc(e.parts, func(p part) bool {
		return !slices.ContainsFunc(e.lines, func(l line) bool { return slices.ContainsFunc(l.uses, p.gives) })
	})
}

// gives reports whether the part measures a quantity.
func (p part) gives(quantity string) bool {
	rest, ok := strings.CutPrefix(quantity, p.name)
	return ok && (rest == "" || rest[0] == '/' || rest[0] == ':')
}

// measure measures everything, round by round.
func (e *experiment) measure(ctx context.Context, t *shop, s Settings) ([]result, error) {
	rounds := make([]sample, s.Rounds)
	missing := make(map[string]error)
	for i := range rounds {
		rounds[i] = make(sample)
		for k := range e.parts {
			// Each round begins with another one: who is first has a quieter
			// or a louder machine.
			p := e.parts[(i+k)%len(e.parts)]
			got, err := p.measure(ctx, t)
			if contender.IsUnavailable(err) {
				missing[p.name] = err
				continue
			}
			if err != nil {
				return nil, err
			}
			maps.Copy(rounds[i], got)
		}
	}
	results := make([]result, 0, len(e.lines))
	for _, l := range e.lines {
		r := result{experiment: e.name, line: l}
		for name, err := range missing {
			if slices.ContainsFunc(l.uses, part{name: name}.gives) {
				r.missing = err
			}
		}
		if r.missing == nil {
			r.fill(rounds)
		}
		results = append(results, r)
	}
	return results, nil
}
