package peers

import (
	"slices"
)

// A cell is what was measured of one contender under one load.
type cell struct {
	rounds []sample // nil: not in this round
	failed error    // why it was not measured to the end
}

// results has the cells, by experiment and contender.
type results map[string]map[string]*cell

func newResults(all []experiment) results {
	r := make(results)
	for _, e := range all {
		r[e.name] = make(map[string]*cell)
		for _, name := range e.contenders {
			r[e.name][name] = new(cell)
		}
	}
	return r
}

// put keeps a sample of a round.
func (c *cell) put(round int, s sample) {
	for len(c.rounds) <= round {
		c.rounds = append(c.rounds, nil)
	}
	c.rounds[round] = s
}

// A figure is the median of the rounds, with the least and the greatest.
type figure struct{ median, least, most float64 }

func newFigure(values []float64) figure {
	values = slices.Sorted(slices.Values(values))
	return figure{values[(len(values)-1)/2], values[0], values[len(values)-1]}
}

// overlaps reports whether a figure's range touches another's.
func (f figure) overlaps(other figure) bool { return f.least <= other.most && other.least <= f.most }

// An operand is one quantity of one contender under one load.
type operand struct {
	experiment string
	contender  string
	quantity   quantity
}

// values are what the rounds have measured.
func (r results) values(o operand) []sample {
	c := r[o.experiment][o.contender]
	if c == nil {
		return nil
	}
	return c.rounds
}

// figure is an operand's. It reports false where nothing was measured.
func (r results) figure(o operand) (figure, bool) {
	var values []float64
	for _, s := range r.values(o) {
		if s != nil {
			values = append(values, s[o.quantity])
		}
	}
	if len(values) == 0 {
		return figure{}, false
	}
	return newFigure(values), true
}

// ratio is the figure of an operand in terms of another of the same round.
func (r results) ratio(a, b operand) (figure, bool) {
	var values []float64
	of, by := r.values(a), r.values(b)
	for i := range min(len(of), len(by)) {
		if of[i] != nil && by[i] != nil && by[i][b.quantity] > 0 {
			values = append(values, of[i][a.quantity]/by[i][b.quantity])
		}
	}
	if len(values) == 0 {
		return figure{}, false
	}
	return newFigure(values), true
}

// empty reports whether nothing was measured.
func (r results) empty() bool {
	for _, row := range r {
		for _, c := range row {
			if len(c.rounds) > 0 {
				return false
			}
		}
	}
	return true
}
