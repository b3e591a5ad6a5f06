package figures

import (
	"context"
	"strconv"

	"github.com/rouse-io/rouse/tools/bench/internal/load"
)

// echo is an experiment with servers: the CPU time that they need for a message.
func echo(s Settings, l load.Load, kinds []string, lines ...line) experiment {
	e := experiment{name: l.String(), lines: lines}
	for _, kind := range kinds {
		e.parts = append(e.parts, part{kind, func(ctx context.Context, t *shop) (sample, error) {
			command, err := t.Command(ctx, kind)
			if err != nil {
				return nil, err
			}
			cpu, err := load.Measure(ctx, command, l, s.Duration)
			return sample{kind: float64(cpu)}, err
		}})
	}
	return e
}

// experiments are all that is measured.
func experiments(s Settings) []experiment {
	const (
		pollBare   = "poll style / bare Go loop"
		pollNested = "poll style / Go loop parking by hand"
		drainBare  = "poll style, PollReadIO / bare Go loop"
		async      = "goroutine style, AsyncIO / net"
		readiness  = "goroutine style, Readiness / net"
		pollStd    = "poll style / net"
		pollC      = "poll style / C loop"
		nestedC    = "Go loop parking by hand / C loop"
		netioStd   = "netio.Conn / net.Conn"
	)
	var all []experiment
	for _, conns := range []int{1, 64, 1000, 8000} {
		kinds := []string{"poll", "drain", "bare", "nested"}
		lines := []line{
			ratio(pollBare, "poll", "bare", 1.05),
			ratio(drainBare, "drain", "bare", noGoal),
			ratio(pollNested, "poll", "nested", noGoal),
		}
		if goal, ok := map[int]float64{64: 0.92, 1000: 0.85}[conns]; ok {
			kinds = append(kinds, "async", "readiness", "net")
			lines = append(lines, ratio(async, "async", "net", goal), ratio(readiness, "readiness", "net", goal))
		}
		if goal, ok := map[int]float64{1: 1.0, 64: 0.95, 1000: 0.9}[conns]; ok {
			kinds = append(kinds, "netio")
			lines = append(lines, ratio(netioStd, "netio", "net", goal))
		}
		if conns == 1 {
			kinds = append(kinds, "net")
		}
		if s.Short && conns > 1000 {
			continue
		}
		all = append(all, echo(s, load.Load{Conns: conns}, kinds, lines...))
	}
	for _, open := range []struct {
		rate   int
		std, c float64
	}{{2000, 0.45, 1.4}, {20_000, 0.7, 1.2}} {
		all = append(all, echo(s, load.Load{Conns: 64, Rate: open.rate},
			[]string{"poll", "net", "c", "nested", "readiness"},
			ratio(pollStd, "poll", "net", open.std),
			ratio(pollC, "poll", "c", open.c),
			ratio(nestedC, "nested", "c", noGoal),
			ratio(readiness, "readiness", "net", noGoal)))
	}
	for _, conns := range []int{1, 16} {
		all = append(all, echo(s, load.Load{Conns: conns, Churn: true},
			[]string{"poll", "bare", "nested", "net"},
			ratio(pollBare, "poll", "bare", 1.15),
			ratio(pollNested, "poll", "nested", noGoal),
			ratio(pollStd, "poll", "net", noGoal)))
	}
	return append(all, smallExperiments(s)...)
}

// smallExperiments are those on benchmarks of package reactor.
func smallExperiments(s Settings) []experiment {
	all := []experiment{
		{
			name:  "Register and Deregister",
			parts: []part{goBench("Register/reactor", "100ms"), goBench("Register/floor", "100ms")},
			lines: []line{
				ratio("both / EPOLL_CTL_ADD and DEL", "Register/reactor:cpu-ns/op", "Register/floor:cpu-ns/op", 1.25),
				plain("allocations", "allocs", "Register/reactor:allocs/op", 1),
			},
		},
		{
			name:  "a turn with 1,000 eventfds ready",
			parts: []part{goBench("Turn/reactor", "100ms"), goBench("Turn/floor", "100ms")},
			lines: []line{
				beyond("an event, beyond epoll_wait", "ns", "Turn/reactor:ns/event", "Turn/floor:ns/event", 40),
				plain("allocations", "allocs", "Turn/reactor:allocs/op", 0),
			},
		},
		{
			name:  "a wake of the loop, and back",
			parts: []part{goBench("Wake/reactor", "100ms"), goBench("Wake/floor", "100ms")},
			lines: []line{ratio("Wake / eventfd and parking by hand", "Wake/reactor:ns/op", "Wake/floor:ns/op", 1.2)},
		},
	}
	dispatch := experiment{name: "a turn without the poller"}
	for _, n := range []int{100, 1000, 10_000, 100_000, 1_000_000} {
		if s.Short && n > 10_000 {
			continue
		}
		name := "Dispatch/registrations=" + strconv.Itoa(n)
		dispatch.parts = append(dispatch.parts, goBench(name, "50ms"))
		dispatch.lines = append(dispatch.lines,
			plain("an event, the same of "+strconv.Itoa(n), "ns", name+"/same:ns/event", 40),
			plain("an event, any of "+strconv.Itoa(n), "ns", name+"/any:ns/event", noGoal))
	}
	memory := experiment{name: "memory of an idle registration"}
	for _, n := range []int{10_000, 100_000} {
		name := "Memory/registrations=" + strconv.Itoa(n)
		memory.parts = append(memory.parts, goBench(name, "1x"))
		memory.lines = append(memory.lines,
			plain("heap, of "+strconv.Itoa(n), "bytes", name+":B/registration", 192),
			plain("the Go runtime's own, of "+strconv.Itoa(n), "bytes", name+":B-runtime/registration", noGoal))
	}
	ready := experiment{name: "ready at once"}
	for _, method := range []string{"PollReadReady", "PollReadIO", "TryIO", "Readiness", "AsyncIO", "ClearReadiness"} {
		name := "Ready/" + method
		ready.parts = append(ready.parts, goBench(name, "50ms"))
		ready.lines = append(ready.lines,
			plain(method, "ns", name+":ns/op", noGoal),
			plain(method+", allocations", "allocs", name+":allocs/op", 0))
	}
	word := experiment{name: "the readiness word"}
	for _, step := range []string{"look", "set", "clear"} {
		name := "Word/" + step
		word.parts = append(word.parts, goBench(name, "50ms"))
		word.lines = append(word.lines, plain(step, "ns", name+":ns/op", 25))
	}
	return append(all, dispatch, memory, ready, word)
}
