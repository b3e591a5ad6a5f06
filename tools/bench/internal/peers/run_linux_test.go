package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

// A fakeShop has servers that are only names.
type fakeShop map[string]error

func (s fakeShop) Command(_ context.Context, name string, options ...string) ([]string, error) {
	return append([]string{name}, options...), s[name]
}

func (s fakeShop) Version(_ context.Context, name string) (string, error) {
	if name == "c" {
		return "cc 12.2.0", s[name]
	}
	return "v1.2.3", s[name]
}

// fakeRun is a run of two loads on three contenders.
func fakeRun(shop builder, rounds int, measure func(ctx context.Context, command []string) (sample, error)) *run {
	names := []string{"poll", "gnet", "c"}
	all := []experiment{
		{name: closedLoop(64), heading: "64 connections", contenders: names, columns: loadColumns, measure: measure},
		{name: busy, heading: "all busy", contenders: names[:2], columns: busyColumns, options: []string{"-busy"}, measure: measure},
	}
	return &run{shop: shop, experiments: all, rounds: rounds, results: newResults(all)}
}

// Rounds follow each other, and each begins with another contender.
func TestInterleaved(t *testing.T) {
	var got []string
	r := fakeRun(fakeShop{}, 3, func(_ context.Context, command []string) (sample, error) {
		got = append(got, strings.Join(command, " "))
		return sample{cpu: float64(len(got))}, nil
	})
	if err := r.measure(t.Context(), quiet{}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"poll", "gnet", "c", "poll -busy", "gnet -busy",
		"gnet", "c", "poll", "gnet -busy", "poll -busy",
		"c", "poll", "gnet", "poll -busy", "gnet -busy",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if f, _ := r.results.figure(operand{closedLoop(64), "poll", cpu}); f != (figure{8, 1, 12}) {
		t.Errorf("poll: %+v", f)
	}
	// Ratios are taken within a round: 1/3, 8/7 and 12/11.
	f, _ := r.results.ratio(operand{closedLoop(64), "poll", cpu}, operand{closedLoop(64), "c", cpu})
	if want := (figure{12. / 11, 1. / 3, 8. / 7}); f != want {
		t.Errorf("poll / c: %+v, want %+v", f, want)
	}
}

// A contender that can't be built or measured is a row that says why, and the
// others are measured.
func TestBroken(t *testing.T) {
	shop := fakeShop{"c": &contender.UnavailableError{Reason: "no C compiler"}}
	calls := 0
	r := fakeRun(shop, 3, func(_ context.Context, command []string) (sample, error) {
		if command[0] != "gnet" {
			return sample{cpu: 1000, p99: 5000}, nil
		}
		if calls++; calls == 1 {
			return sample{cpu: 2000, p99: 1000}, nil
		}
		return nil, errors.New("server gnet:\n\tgoroutine 1 [running]")
	})
	if err := r.measure(t.Context(), quiet{}); err != nil {
		t.Fatal(err)
	}
	if calls != 3 { // it is not measured again under a load when it has failed
		t.Errorf("gnet was measured %d times", calls)
	}
	var b bytes.Buffer
	if err := newReport(r, Settings{}).print(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"C epoll loop: no C compiler",
		"gnet: failed in round 2: server gnet: goroutine 1 [running]",
		"Least CPU: rouse, poll style, 1.00 µs; gnet 2.00 µs, which is 2.00 times that.",
		"Lowest p99: gnet, 1.00 µs; rouse, poll style 5.00 µs, which is 5.00 times that.",
		"poll style / gnet, CPU  0.50 (0.50–0.50)  ≤ 0.85  reached",
		"1 of 1 goals reached.",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &b)
		}
	}
}

// What an interrupted run has measured is told and written.
func TestInterruptedKeepsRounds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	r := fakeRun(fakeShop{}, 3, func(context.Context, []string) (sample, error) {
		if calls++; calls == 7 {
			cancel()
			return nil, errors.New("its server was killed")
		}
		return sample{cpu: 1000}, nil
	})
	err := r.measure(ctx, quiet{})
	if err == nil || err.Error() != "interrupted in round 2 of 3" {
		t.Fatal(err)
	}
	report := newReport(r, Settings{})
	var b bytes.Buffer
	if err := report.print(&b); err != nil {
		t.Fatal(err)
	}
	if s := b.String(); !strings.Contains(s, "rouse, poll style  1.00 (1.00–1.00) µs") || !strings.Contains(s, "interrupted in round 2 of 3") || strings.Contains(s, "killed") {
		t.Error(s)
	}
	if n := len(r.results[closedLoop(64)]["gnet"].rounds); n != 2 {
		t.Errorf("gnet has %d rounds, want the one under way, too", n)
	}
}

// Every goal is about something that is measured, and every picture shows
// something.
func TestComplete(t *testing.T) {
	all := experiments(Settings{})
	for _, e := range all {
		for _, name := range e.contenders {
			if _, ok := contender.Get(name); !ok {
				t.Errorf("%s: there is no contender %s", e.name, name)
			}
		}
	}
	measured := func(o operand) bool {
		return slices.ContainsFunc(all, func(e experiment) bool {
			return e.name == o.experiment && slices.Contains(e.contenders, o.contender) &&
				slices.ContainsFunc(e.columns, func(c column) bool { return c.quantity == o.quantity })
		})
	}
	for _, g := range goals() {
		if !measured(g.a) || g.b != (operand{}) && !measured(g.b) {
			t.Errorf("%s, %s: not measured", g.under, g.what)
		}
	}
	r := &run{experiments: all, rounds: 1, results: newResults(all)}
	for _, e := range all {
		for _, name := range e.contenders {
			s := make(sample)
			for _, c := range e.columns {
				s[c.quantity] = 1000
			}
			r.results[e.name][name].put(0, s)
		}
	}
	for _, p := range newReport(r, Settings{}).plots() {
		for _, one := range p.panels {
			if len(one.ranks) == 0 {
				t.Errorf("%s: nothing under %q", p.name, one.title)
			}
		}
	}
}

func TestChosen(t *testing.T) {
	got := ""
	for _, e := range chosen(experiments(Settings{}), regexp.MustCompile("^64 connections, ping-pong: (gnet|poll)$|idle.*: c$")) {
		got += fmt.Sprintln(e.heading, e.contenders)
	}
	if want := "64 connections, ping-pong [poll gnet]\n8000 idle connections [c]\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The experiments are measured as they are, in short, on one contender.
func TestMeasured(t *testing.T) {
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	all := chosen(experiments(Settings{Short: true, Duration: 10 * time.Millisecond}), regexp.MustCompile(": net$"))
	r := &run{shop: &contender.Shop{Dir: t.TempDir()}, experiments: all, rounds: 1, results: newResults(all)}
	if err := r.measure(t.Context(), quiet{}); err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		c := r.results[e.name]["net"]
		if contender.IsUnavailable(c.failed) {
			t.Log(c.failed)
			continue
		}
		if c.failed != nil || len(c.rounds) != 1 {
			t.Errorf("%s: %v", e.heading, c.failed)
			continue
		}
		for _, column := range e.columns {
			if _, ok := c.rounds[0][column.quantity]; !ok {
				t.Errorf("%s: %s was not measured", e.heading, column.quantity)
			}
		}
	}
}
