package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/rouse-io/rouse/platform/native"
)

// steadyRate is the messages per second of the second measurement: a server
// that has little to do, as most have.
const steadyRate = 2000

// demo measures the styles in turn, round after round, and prints the medians.
func demo(ctx context.Context, o options, out, errOut io.Writer) error {
	styles := strings.Split(o.compare, ",")
	for _, style := range styles {
		if titles[style] == "" {
			return fmt.Errorf("-compare %s: want some of poll, goroutine, std and parked, with commas between", o.compare)
		}
	}
	// The clients need a poller: if there is none here, say so before a child does.
	poller, err := native.Open()
	if err != nil {
		return err
	}
	_ = poller.Close()
	n, err := clients(o.connections, maxClients)
	if err != nil {
		return err
	}
	samples, err := compare(ctx, o, n, styles, errOut)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%s\n%s", summary(styles, samples),
		wrap(fmt.Sprintf(`Medians of the rounds (%d). Each server ran in a process of its own, and the clients in another, over loopback,
			on %s/%s with %d CPUs and %s. The server in poll style runs on one thread, the others on all CPUs. With all clients in
			ping-pong at once, latency is mostly the time that a message waits for its turn. The memory of idle connections is
			%s, after a garbage collection.`,
			o.rounds, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), residentIs)))
	return nil
}

// compare returns the samples of each style.
func compare(ctx context.Context, o options, n int, styles []string, errOut io.Writer) ([][]sample, error) {
	p := newProgress(errOut)
	defer p.close()
	samples := make([][]sample, len(styles))
	for round := range o.rounds {
		for i, style := range styles {
			m := measurement{o, n, style, fmt.Sprintf("round %d of %d, %s", round+1, o.rounds, style), p}
			s, err := m.run(ctx)
			if ctx.Err() != nil {
				return nil, errors.New("interrupted")
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", style, err)
			}
			samples[i] = append(samples[i], s)
		}
	}
	return samples, nil
}

// titles name the styles in the table.
var titles = map[string]string{
	"poll":      "rouse, poll",
	"goroutine": "rouse, goroutine",
	"std":       "net",
	"parked":    "net, parked",
}

// summary is the table of the medians, with a column for the ratio of the first
// two styles.
func summary(styles []string, samples [][]sample) string {
	var t table
	head := []string{""}
	for _, style := range styles {
		head = append(head, titles[style])
	}
	switch {
	case len(styles) == 2:
		head = append(head, "ratio")
	case len(styles) > 2:
		head = append(head, "1st/2nd")
	}
	t.row(head...)
	row := func(name string, of func(sample) float64, write func(float64) string) {
		cells := []string{name}
		medians := make([]float64, len(styles))
		for i := range styles {
			medians[i] = median(samples[i], of)
			if medians[i] > 0 {
				cells = append(cells, write(medians[i]))
			} else {
				cells = append(cells, "-")
			}
		}
		if len(medians) >= 2 && min(medians[0], medians[1]) > 0 {
			cells = append(cells, fmt.Sprintf("%.2f", medians[0]/medians[1]))
		}
		t.row(cells...)
	}
	duration := func(v float64) string { return latency(time.Duration(v)) }
	bytes := func(v float64) string { return count(v) + " B" }
	row("connections", func(s sample) float64 { return float64(s.connections) }, count)
	row("round trips per second", func(s sample) float64 { return s.perSecond }, count)
	row("latency p50", func(s sample) float64 { return float64(s.p50) }, duration)
	row("latency p99", func(s sample) float64 { return float64(s.p99) }, duration)
	row("latency p99.9", func(s sample) float64 { return float64(s.p999) }, duration)
	row("server CPU per message", func(s sample) float64 { return float64(s.cpu) }, duration)
	row(fmt.Sprintf("  at %s messages per second", count(steadyRate)), func(s sample) float64 { return float64(s.cpuSteady) }, duration)
	row("memory per idle connection", func(s sample) float64 { return s.resident }, bytes)
	row("  of which heap", func(s sample) float64 { return s.heap }, bytes)
	row("goroutines", func(s sample) float64 { return float64(s.goroutines) }, count)
	return t.String()
}

// median is the median of a number of each sample.
func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.SortFunc(values, cmp.Compare)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

// wrap breaks text into lines of at most 80 characters.
func wrap(text string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		switch {
		case width == 0:
		case width+1+len(word) > 80:
			b.WriteByte('\n')
			width = 0
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	return b.String() + "\n"
}
