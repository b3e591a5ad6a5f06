package interleave_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
)

// unreduced is a bound that nothing here reaches.
const unreduced = interleave.Unbounded - 1

// explore runs a scenario that must not fail.
func explore(t *testing.T, preemptions int, scenario func(*interleave.Model)) interleave.Result {
	t.Helper()
	r := interleave.Explore(interleave.Options{Preemptions: preemptions}, scenario)
	if r.Failure != nil {
		t.Fatal(r.Failure)
	}
	if !r.Complete {
		t.Fatal("not complete")
	}
	return r
}

// One order is run of all that differ by independent steps alone.
func TestReduction(t *testing.T) {
	writers := func(n int, shared bool) func(*interleave.Model) {
		return func(m *interleave.Model) {
			vars := make([]interleave.Uint64, n)
			for i := range n {
				v := &vars[i]
				if shared {
					v = &vars[0]
				}
				m.Go("writer", func() { v.Store(uint64(i)) })
			}
		}
	}
	readers := func(m *interleave.Model) {
		var v interleave.Uint64
		for range 4 {
			m.Go("reader", func() { v.Load(); v.Load() })
		}
	}
	lockers := func(m *interleave.Model) {
		var mu interleave.Mutex
		for range 3 {
			m.Go("locker", func() {
				mu.Lock()
				defer mu.Unlock()
			})
		}
	}
	for name, test := range map[string]struct {
		scenario       func(*interleave.Model)
		reduced, whole int
	}{
		"4 writers of one":  {writers(4, true), 24, 24},
		"4 writers of four": {writers(4, false), 1, 24},
		"4 readers":         {readers, 1, 2520},
		"3 lockers":         {lockers, 6, 6},
	} {
		if got := explore(t, interleave.Unbounded, test.scenario).Executions; got != test.reduced {
			t.Errorf("%s: %d executions, want %d", name, got, test.reduced)
		}
		if name == "3 lockers" {
			continue // their last steps are free, and in any order
		}
		if got := explore(t, unreduced, test.scenario).Executions; got != test.whole {
			t.Errorf("%s, not reduced: %d executions, want %d", name, got, test.whole)
		}
	}
}

// counter is the mistake that everybody knows.
func counter(m *interleave.Model) {
	var v interleave.Uint64
	for range 2 {
		m.Go("counter", func() { v.Store(v.Load() + 1) })
	}
	m.Finally(func() {
		if n := v.Load(); n != 2 {
			m.Errorf("counted %d", n)
		}
	})
}

// A failure is found, and found again by its schedule.
func TestFailure(t *testing.T) {
	scenarios := map[string]struct {
		scenario func(*interleave.Model)
		message  string
	}{
		"lost update": {counter, "counted 1"},
		"deadlock": {func(m *interleave.Model) {
			var a, b interleave.Mutex
			both := func(first, second *interleave.Mutex) {
				first.Lock()
				defer first.Unlock()
				second.Lock()
				defer second.Unlock()
			}
			m.Go("one", func() { both(&a, &b) })
			m.Go("other", func() { both(&b, &a) })
		}, "deadlock:"},
		"set-up": {func(m *interleave.Model) { m.Errorf("not set up") }, "not set up"},
		"panic": {func(m *interleave.Model) {
			var v interleave.Bool
			m.Go("one", func() { v.Store(true) })
			m.Go("other", func() {
				if v.Load() {
					panic("seen")
				}
			})
		}, "other panics: seen"},
		"no end": {func(m *interleave.Model) {
			var v interleave.Bool
			m.Go("one", func() {
				for seen := false; !seen; {
					seen = v.Load()
				}
			})
		}, "no end in sight"},
		"chance": {func(m *interleave.Model) {
			var v interleave.Uint64
			chance++
			n := chance
			for range 2 {
				m.Go("one", func() {
					v.Store(1)
					if n%2 == 0 {
						v.Store(2)
					}
				})
			}
		}, "the scenario goes another way each time"},
	}
	for name, test := range scenarios {
		for _, preemptions := range []int{1, 2, interleave.Unbounded} {
			r := interleave.Explore(interleave.Options{Preemptions: preemptions}, test.scenario)
			if r.Failure == nil || !strings.HasPrefix(r.Failure.Message, test.message) {
				t.Errorf("%s, %d preemptions: %v", name, preemptions, r.Failure)
				continue
			}
			if name == "no end" || name == "chance" {
				continue
			}
			again, err := interleave.Replay(r.Failure.Schedule, test.scenario)
			if err != nil || again == nil || !strings.HasPrefix(again.Message, test.message) {
				t.Errorf("%s, replayed: %v, %v", name, again, err)
			}
		}
	}
	if r := interleave.Explore(interleave.Options{}, counter); r.Failure != nil || !r.Complete {
		t.Errorf("without preemptions: %+v", r)
	}
	if r := interleave.Explore(interleave.Options{Preemptions: unreduced, Executions: 1}, counter); r.Complete {
		t.Error("given up, but complete")
	}
}

var chance int

// What is no schedule is refused.
func TestReplayBadSchedule(t *testing.T) {
	for _, s := range []string{"a.", "3", "aa", "z", "'", "99999999999999999999a", "99999999a", "A"} {
		if _, err := interleave.Replay(s, counter); err == nil {
			t.Errorf("%q is a schedule", s)
		}
	}
	if f, err := interleave.Replay("2b.9a", counter); err != nil || f == nil {
		t.Errorf("a schedule of another scenario: %v, %v", f, err)
	}
	if f, err := interleave.Replay("", counter); err != nil || f != nil {
		t.Errorf("no steps: %v, %v", f, err)
	}
}

// An instruction of a random program.
type instruction struct{ op, on, value int }

// randomProgram makes threads that share two numbers, two mutexes, two signals
// and a channel that is closed.
func randomProgram(rng *rand.Rand) [][]instruction {
	threads := make([][]instruction, 2+rng.IntN(2))
	left := 10
	for i := range threads {
		for range 1 + rng.IntN(left/(len(threads)-i)) {
			threads[i] = append(threads[i], instruction{rng.IntN(9), rng.IntN(2), 1 + rng.IntN(3)})
			left--
		}
	}
	return threads
}

// scenario makes a program a scenario that notes how each execution came out.
func scenario(program [][]instruction, outcomes map[string]bool) func(*interleave.Model) {
	return func(m *interleave.Model) {
		var numbers [2]interleave.Uint64
		var mutexes [2]interleave.Mutex
		var signals [2]interleave.Signal
		signals[0].Init()
		signals[1].Init()
		done := make(chan struct{})
		var threads []*interleave.Thread
		seen := make([]string, len(program))
		wasClosed := false
		var closing interleave.Object
		for i, instructions := range program {
			threads = append(threads, m.Daemon("thread", func() {
				held := [2]bool{}
				for _, in := range instructions {
					number := &numbers[in.on]
					switch in.op {
					case 0, 1:
						seen[i] += fmt.Sprint(number.Load())
					case 2:
						number.Store(uint64(in.value))
					case 3:
						seen[i] += fmt.Sprint(number.Add(uint64(in.value)))
					case 4:
						seen[i] += fmt.Sprint(number.CompareAndSwap(0, uint64(in.value)))
					case 5:
						mu := &mutexes[in.on]
						if held[in.on] {
							mu.Unlock()
						} else {
							mu.Lock()
						}
						held[in.on] = !held[in.on]
					case 6:
						signals[in.on].Send()
					case 7:
						if in.value == 1 {
							signals[in.on].Wait(nil)
						} else {
							seen[i] += fmt.Sprint(signals[in.on].Wait(done))
						}
					case 8:
						first := false
						interleave.Do("decide", func() { first, wasClosed = !wasClosed, true }, &closing)
						if first {
							interleave.Close(done)
						}
					}
				}
			}))
		}
		m.Finally(func() {
			out := fmt.Sprint(seen, numbers[0].Load(), numbers[1].Load())
			for _, t := range threads {
				out += fmt.Sprint(" ", t.Ended())
			}
			outcomes[out] = true
		})
	}
}

// The reduction loses no outcome of random programs, deadlocks among them.
func TestReductionAgainstWhole(t *testing.T) {
	programs := 300
	if testing.Short() {
		programs = 50
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var reduced, whole, pruned int
	for range programs {
		program := randomProgram(rng)
		some, all := map[string]bool{}, map[string]bool{}
		r := explore(t, interleave.Unbounded, scenario(program, some))
		reduced += r.Executions
		pruned += r.Pruned
		whole += explore(t, unreduced, scenario(program, all)).Executions
		if !maps.Equal(some, all) {
			for _, out := range slices.Sorted(maps.Keys(all)) {
				if !some[out] {
					t.Errorf("lost: %s", out)
				}
			}
			t.Fatalf("%v: %d outcomes of %d", program, len(some), len(all))
		}
	}
	t.Logf("%d programs: %d executions and %d pruned, %d without reduction", programs, reduced, pruned, whole)
}
