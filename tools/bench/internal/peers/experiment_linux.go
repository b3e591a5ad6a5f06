package peers

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/load"
)

// An experiment is one load, and who is measured under it.
type experiment struct {
	name       string
	heading    string
	contenders []string
	options    []string // of the servers
	columns    []column
	measure    func(ctx context.Context, command []string) (sample, error)
}

// A sample is what one measurement of one contender has found.
type sample map[quantity]float64

// A quantity is something that is measured.
type quantity string

// The quantities. Times are in nanoseconds, memory in bytes.
const (
	cpu       quantity = "CPU per message"
	p50       quantity = "p50"
	p99       quantity = "p99"
	p999      quantity = "p99.9"
	longest   quantity = "max"
	collected quantity = "memory per connection"
	resident  quantity = "before a collection"
	idleCPU   quantity = "CPU in a second"
)

// A column is a quantity of an experiment.
type column struct {
	quantity
	unit   unit
	judged string // what the least of it is called; "": nobody is best in it
}

// Latencies are what a client sees. The CPU time comes first: it is what a server
// takes from its neighbours, and the client's share of the machine does not blur it.
var (
	latencyColumns = []column{{p50, times, ""}, {p99, times, "Lowest p99"}, {p999, times, ""}, {longest, times, ""}}
	loadColumns    = append([]column{{cpu, times, "Least CPU"}}, latencyColumns...)
	busyColumns    = append([]column{{p50, times, "Lowest median"}}, latencyColumns[1:]...)
	idleColumns    = []column{{collected, memory, "Least memory"}, {resident, memory, ""}, {idleCPU, times, ""}}
)

// everybody is measured under every load.
var everybody = []string{"poll", "netio", "parked", "net", "gnet", "nbio", "netpoll", "gaio", "tokio", "bare", "channels", "c"}

// inGo are those whose scheduler can be kept busy with other goroutines.
var inGo = []string{"poll", "blocking", "netio", "parked", "net", "gnet", "nbio", "netpoll", "gaio"}

// experiments are all that is measured.
func experiments(s Settings) []experiment {
	var all []experiment
	for _, conns := range []int{1, 64, 1000, 8000} {
		if s.Short && conns > 1000 {
			continue
		}
		all = append(all, loaded(s, closedLoop(conns), load.Load{Conns: conns}))
	}
	for _, rate := range []int{2000, 20_000, 60_000} {
		all = append(all, loaded(s, openLoop(rate), load.Load{Conns: 64, Rate: rate}))
	}
	return append(all,
		loaded(s, churn, load.Load{Conns: 16, Churn: true}),
		computing(s, busy, "pieces", "all processors compute in pieces"),
		computing(s, busyEndless, "endless", "all processors compute without end"),
		leftAlone(s))
}

// The names of the experiments.
const (
	churn       = "churn"
	busy        = "busy"
	busyEndless = "busy-endless"
	idle        = "idle"
)

func closedLoop(conns int) string { return fmt.Sprintf("closed-%d", conns) }
func openLoop(rate int) string    { return fmt.Sprintf("open-%d", rate) }

func loaded(s Settings, name string, l load.Load) experiment {
	return experiment{name: name, heading: l.String(), contenders: everybody, columns: loadColumns, measure: func(ctx context.Context, command []string) (sample, error) {
		r, err := load.Run(ctx, command, l, s.Duration)
		return sample{
			cpu:     float64(r.CPU),
			p50:     float64(r.Latency.P50),
			p99:     float64(r.Latency.P99),
			p999:    float64(r.Latency.P999),
			longest: float64(r.Latency.Max),
		}, err
	}}
}

// computing is a load on servers whose programs compute. The CPU time says nothing
// then.
func computing(s Settings, name, kind, heading string) experiment {
	l := load.Load{Conns: 64, Rate: 1000}
	e := loaded(s, name, l)
	e.heading = l.String() + ", " + heading
	e.contenders, e.columns, e.options = inGo, busyColumns, []string{"-busy", kind}
	return e
}

func leftAlone(s Settings) experiment {
	l := load.Idleness{First: 1000, More: 7000, Settle: 400 * time.Millisecond, For: time.Second}
	if s.Short {
		l.First, l.More, l.For = 100, 900, s.Duration
	}
	heading := fmt.Sprintf("%d idle connections", l.First+l.More)
	return experiment{name: idle, heading: heading, contenders: everybody, columns: idleColumns, measure: func(ctx context.Context, command []string) (sample, error) {
		r, err := load.RunIdle(ctx, command, l)
		return sample{collected: r.Collected, resident: r.Resident, idleCPU: r.CPU * float64(time.Second)}, err
	}}
}

// chosen are the experiments and contenders that match, as in "64 connections,
// ping-pong: gnet".
func chosen(all []experiment, match *regexp.Regexp) []experiment {
	var some []experiment
	for _, e := range all {
		e.contenders = slices.DeleteFunc(slices.Clone(e.contenders), func(name string) bool {
			return !match.MatchString(e.heading + ": " + name)
		})
		if len(e.contenders) > 0 {
			some = append(some, e)
		}
	}
	return some
}
