package interleave

import (
	"fmt"
	"math"
	"sync"
)

// Unbounded is a bound that leaves nothing out.
const Unbounded = math.MaxInt32

// Options say how far Explore goes.
type Options struct {
	// Preemptions is how often an order may leave a thread that could go on.
	// Unbounded explores all orders, reduced; anything else those within the
	// bound, without reduction.
	Preemptions int

	// Executions is after how many the exploration is given up; 0 is never.
	Executions int
}

// A Result is what Explore has found.
type Result struct {
	Executions int      // run to their end
	Pruned     int      // left on the way, since what follows was seen before
	Steps      int      // of the longest
	Complete   bool     // nothing was left out, within the bound
	Failure    *Failure // of the first that went wrong, or nil
}

// A Failure is an execution that went wrong.
type Failure struct {
	Message  string
	Schedule string // for Replay
	Trace    string // its steps, one on a line
}

func (f *Failure) Error() string {
	return fmt.Sprintf("%s\nschedule %s\n%s", f.Message, f.Schedule, f.Trace)
}

// exploring is held by the one exploration that there can be at a time.
var exploring sync.Mutex

// Explore runs a scenario in every order that makes a difference, until one goes
// wrong.
func Explore(o Options, scenario func(*Model)) Result {
	exploring.Lock()
	defer exploring.Unlock()
	w := walk{options: o, scenario: scenario}
	for {
		finished := w.run()
		w.result.Steps = max(w.result.Steps, len(w.x.events))
		if finished {
			w.result.Executions++
		} else {
			w.result.Pruned++
		}
		if w.x.failure != "" {
			failure := replay(w.schedule(), scenario)
			if failure == nil {
				failure = &Failure{Trace: "the scenario goes another way each time: it depends on more than its steps"}
			}
			failure.Message = w.x.failure
			w.result.Failure = failure
			return w.result
		}
		if !w.backtrack() {
			w.result.Complete = true
			return w.result
		}
		if o.Executions > 0 && w.result.Executions+w.result.Pruned >= o.Executions {
			return w.result
		}
	}
}

// Replay runs a scenario in the one order that a Failure has told. It returns
// what goes wrong, or nil.
func Replay(schedule string, scenario func(*Model)) (*Failure, error) {
	choices, err := parseSchedule(schedule)
	if err != nil {
		return nil, err
	}
	exploring.Lock()
	defer exploring.Unlock()
	return replay(choices, scenario), nil
}

// A choice is a thread and the way that it takes its step.
type choice struct{ thread, way int }

func replay(choices []choice, scenario func(*Model)) *Failure {
	x := execution{tracing: true}
	x.reset()
	current = &x
	defer func() { current = nil }()
	x.setUp(scenario)
	trace := ""
	for i := 0; i < len(choices) && x.failure == ""; i++ {
		c := choices[i]
		if c.thread >= len(x.threads) || !x.enabled().has(c.thread) {
			x.fail(fmt.Sprintf("step %d of the schedule can't be taken", i+1))
			break
		}
		t := x.threads[c.thread]
		trace += fmt.Sprintf("%4d  %c %-12s %-16s %s\n", i+1, letter(c.thread), t.name, t.next.name, t.where)
		x.take(t, c.way)
	}
	if x.failure == "" && x.enabled() == 0 {
		x.conclude()
	}
	x.end()
	if x.failure == "" {
		return nil
	}
	return &Failure{Message: x.failure, Schedule: formatSchedule(choices), Trace: trace}
}
