package peers

import (
	"fmt"
	"strings"
)

// A goal is a ratio, or a figure alone, that is to be at most so much.
type goal struct {
	what  string
	under string // the load
	a     operand
	b     operand // the zero operand: none
	unit  unit
	most  float64
}

// goals are what rouse is to reach.
func goals() []goal {
	cost := func(what, experiment, under, a, b string, most float64) goal {
		return goal{what + ", CPU", under, operand{experiment, a, cpu}, operand{experiment, b, cpu}, ratios, most}
	}
	var all []goal
	for _, conns := range []int{64, 1000, 8000} {
		name, under := closedLoop(conns), fmt.Sprintf("%d connections", conns)
		all = append(all,
			cost("poll style / Go epoll loop", name, under, "poll", "bare", 1.05),
			cost("poll style / C epoll loop", name, under, "poll", "c", 1.10),
			cost("poll style / gnet", name, under, "poll", "gnet", 0.85))
	}
	slow, slowly := openLoop(2000), "2000 messages/s"
	return append(all,
		cost("goroutine style / net", closedLoop(64), "64 connections", "netio", "net", 0.9),
		cost("goroutine style / net", closedLoop(1000), "1000 connections", "netio", "net", 0.8),
		cost("poll style / net", slow, slowly, "poll", "net", 0.45),
		cost("poll style / C epoll loop", slow, slowly, "poll", "c", 1.4),
		cost("poll style / tokio", slow, slowly, "poll", "tokio", 1.1),
		cost("poll style / C epoll loop", churn, "one message each", "poll", "c", 1.2),
		cost("poll style / gnet", churn, "one message each", "poll", "gnet", 0.85),
		goal{"poll style, memory", "an idle connection", operand{idle, "poll", collected}, operand{}, memory, 250},
		goal{"poll style / gnet, memory", "an idle connection", operand{idle, "poll", collected}, operand{idle, "gnet", collected}, ratios, 0.45},
		goal{"blocking wait / net, p50", "all processors compute in pieces", operand{busy, "blocking", p50}, operand{busy, "net", p50}, ratios, 0.05})
}

// wanted is what the goal is.
func (g goal) wanted() string {
	if g.b == (operand{}) {
		return "≤ " + g.unit.text(g.most)
	}
	return "≤ " + strings.TrimSuffix(fmt.Sprintf("%.2f", g.most), "0")
}

// A verdict is what became of a goal.
type verdict struct {
	goal
	figure  figure
	known   bool
	reached bool
}

// judge looks at all goals.
func (r results) judge() []verdict {
	var all []verdict
	for _, g := range goals() {
		v := verdict{goal: g}
		if g.b == (operand{}) {
			v.figure, v.known = r.figure(g.a)
		} else {
			v.figure, v.known = r.ratio(g.a, g.b)
		}
		v.reached = v.known && v.figure.median <= g.most
		all = append(all, v)
	}
	return all
}

// measured is the figure of a verdict.
func (v verdict) measured() string {
	if !v.known {
		return "-"
	}
	return v.unit.spread(v.figure)
}

// word says whether the goal was reached, or by how much it was not.
func (v verdict) word() string {
	switch {
	case !v.known:
		return "not measured"
	case v.reached:
		return "reached"
	}
	return fmt.Sprintf("missed by %.0f %%", max((v.figure.median/v.most-1)*100, 1))
}

// score counts the goals that were reached, of those that were measured.
func score(all []verdict) string {
	reached, known := 0, 0
	for _, v := range all {
		if v.known {
			known++
		}
		if v.reached {
			reached++
		}
	}
	return fmt.Sprintf("%d of %d goals reached.", reached, known)
}
