package scale

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	client "github.com/rouse-io/rouse/tools/bench/internal/load"
)

// A group is what one and two reactors have done, round by round.
type group struct {
	title      string
	throughput [2][]float64 // messages a second, where that is measured
	cpu        [2][]float64 // nanoseconds for a message
	processors [2][]float64 // that were used; empty where that was not measured
}

// measureGroups measures loads on groups of one and of two reactors, in turns.
func measureGroups(ctx context.Context, t *tools) (table, error) {
	var all []group
	var failed error
	for _, name := range slices.Sorted(maps.Keys(loads)) {
		g := group{title: loads[name].title}
		failed = g.measure(t.Rounds, func(i int) error {
			s, err := ask[Spin](ctx, t.part("spin", name, i+1, t.Duration.Milliseconds()))
			if err != nil {
				return err
			}
			g.throughput[i] = append(g.throughput[i], float64(s.Messages)/s.Elapsed.Seconds())
			g.cpu[i] = append(g.cpu[i], float64(s.CPU)/float64(s.Messages))
			g.processors[i] = append(g.processors[i], float64(s.CPU)/float64(s.Elapsed))
			return nil
		})
		if failed != nil {
			return tableOfGroups(all), failed
		}
		all = append(all, g)
	}
	const conns = 64
	g := group{title: fmt.Sprintf("netio, %d clients in another process", conns)}
	failed = g.measure(t.Rounds, func(i int) error {
		r, err := client.Run(ctx, t.part("serve", i+1), client.Load{Conns: conns}, t.Duration)
		if err != nil {
			return err
		}
		g.cpu[i] = append(g.cpu[i], float64(r.CPU))
		g.throughput[i] = append(g.throughput[i], conns/time.Duration(max(r.Latency.P50, 1)).Seconds())
		return nil
	})
	if failed == nil {
		all = append(all, g)
	}
	return tableOfGroups(all), failed
}

// measure measures one and two reactors, round by round. Each round begins with
// another one.
func (g *group) measure(rounds int, once func(i int) error) error {
	for round := range rounds {
		for k := range g.cpu {
			if err := once((round + k) % len(g.cpu)); err != nil {
				return err
			}
		}
	}
	return nil
}

func tableOfGroups(all []group) table {
	t := table{
		title: "Groups of reactors",
		about: "reactor.Group with one reactor and GOMAXPROCS=1, and with two and GOMAXPROCS=2: medians. The first loads need no client: what handles a message sends the next. " +
			"The last one has a client on a thread of its own, and its throughput is what the median latency makes of it.",
		head: []string{"load", "messages/s, 1 reactor", "2 reactors", "ratio", "CPU for a message, ns, 1 reactor", "2 reactors", "ratio"},
	}
	for _, g := range all {
		row := []string{g.title}
		for _, figures := range [][2][]float64{g.throughput, g.cpu} {
			one, two := median(figures[0]), median(figures[1])
			row = append(row, number(one), number(two), fmt.Sprintf("%.2f", two/one))
		}
		t.rows = append(t.rows, row)
	}
	for _, g := range all {
		t.notes = append(t.notes, g.disturbed()...)
	}
	if len(all) > 0 {
		t.notes = append(t.notes, fmt.Sprintf("This machine has %d processors. A load without a client can at best double its throughput, and cost the same.", runtime.NumCPU()))
		if runtime.NumCPU() < 3 {
			t.notes = append(t.notes, "With a client, two reactors and the client compete for them: that throughput says how the three share two processors, not how a group scales.")
		}
	}
	return t
}

// disturbed says so where reactors had less than a processor each, because there
// are not so many or other programs ran.
func (g group) disturbed() []string {
	const enough = 0.9
	var notes []string
	for i, figures := range g.processors {
		reactors := float64(i + 1)
		if len(figures) == 0 || median(figures) >= enough*reactors {
			continue
		}
		notes = append(notes, fmt.Sprintf("Disturbed: %s: %d of the reactors had %.1f processors. The ratio of messages is not the group's.", g.title, i+1, median(figures)))
	}
	return notes
}
