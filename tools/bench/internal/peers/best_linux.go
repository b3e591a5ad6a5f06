package peers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

// A rank is a contender's figure among the others'.
type rank struct {
	title string
	kind  contender.Kind
	figure
}

// ranking sorts who was measured, the best first.
func (r results) ranking(e experiment, q quantity) []rank {
	var all []rank
	for _, name := range e.contenders {
		if f, ok := r.figure(operand{e.name, name, q}); ok {
			c, _ := contender.Get(name)
			all = append(all, rank{c.Title, c.Kind, f})
		}
	}
	slices.SortStableFunc(all, func(a, b rank) int { return cmp.Compare(a.median, b.median) })
	return all
}

// best says who is best in a column, and where the best of rouse's is. The
// floors are no contenders.
func (r results) best(e experiment, c column) string {
	all := slices.DeleteFunc(r.ranking(e, c.quantity), func(a rank) bool { return a.kind == contender.Floor })
	if c.judged == "" || len(all) < 2 {
		return ""
	}
	// Who is first is compared with rouse, and rouse with the first of the others.
	first := all[0]
	i := slices.IndexFunc(all, func(a rank) bool { return (a.kind == contender.Rouse) != (first.kind == contender.Rouse) })
	if i < 0 {
		return fmt.Sprintf("%s: %s, %s.", c.judged, first.title, c.unit.text(first.median))
	}
	other := all[i]
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%s: %s, %s; %s %s", c.judged, first.title, c.unit.text(first.median), other.title, c.unit.text(other.median))
	if first.median > 0 {
		_, _ = fmt.Fprintf(&b, ", which is %s times that", ratios.text(other.median/first.median))
	}
	if first.overlaps(other.figure) {
		b.WriteString(", but their ranges overlap")
	}
	return b.String() + "."
}

// winners is a sentence for each column in which somebody is best.
func (r results) winners(e experiment) []string {
	var all []string
	for _, c := range e.columns {
		if s := r.best(e, c); s != "" {
			all = append(all, s)
		}
	}
	return all
}
