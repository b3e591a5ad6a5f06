package peers

import (
	"fmt"
	"math"
	"strconv"
)

// A unit writes figures.
type unit struct {
	steps []step // from the smallest
}

// A step is a size from which figures are written in another way.
type step struct {
	size float64
	name string
}

var (
	times  = unit{[]step{{1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}}}
	memory = unit{[]step{{1, "B"}, {1e3, "kB"}, {1e6, "MB"}}}
	ratios = unit{[]step{{1, ""}}}
)

// step is how a figure is written.
func (u unit) step(v float64) step {
	s := u.steps[0]
	for _, larger := range u.steps[1:] {
		if math.Abs(v) >= larger.size {
			s = larger
		}
	}
	return s
}

// text writes one figure.
func (u unit) text(v float64) string {
	s := u.step(v)
	return s.number(v) + s.suffix()
}

// spread writes a figure with its range, all in the same size.
func (u unit) spread(f figure) string {
	s := u.step(f.median)
	return s.number(f.median) + " (" + s.number(f.least) + "–" + s.number(f.most) + ")" + s.suffix()
}

func (s step) suffix() string {
	if s.name == "" {
		return ""
	}
	return " " + s.name
}

// number writes three digits, and no fewer than there are before the point.
func (s step) number(v float64) string {
	v /= s.size
	switch size := math.Abs(v); {
	case s.name == "B":
		return strconv.FormatFloat(math.Round(v)+0, 'f', 0, 64) // + 0: never -0
	case size < 9.995:
		return fmt.Sprintf("%.2f", v)
	case size < 99.95:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}
