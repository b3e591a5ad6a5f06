package scale

import (
	"context"
	"fmt"
	"strconv"
)

// A line is one row of the table of registrations.
type line struct {
	name   string
	figure func(Registrations) float64
	ratio  bool   // it is for each registration or operation, and should not grow
	why    string // it may
}

var lines = []line{
	{"register, ns", func(r Registrations) float64 { return r.Register }, true,
		"memory that is new to the process and collections while the heap grows are part of it"},
	{"register one more and deregister it, ns", func(r Registrations) float64 { return r.Churn }, true, ""},
	{"an event, the same thousand, ns", func(r Registrations) float64 { return r.Same }, true,
		"they are spread over all, so that each is on a page of its own, and the processor remembers fewer pages than that (its TLB)"},
	{"an event, any of them, ns", func(r Registrations) float64 { return r.Any }, true,
		"what it touches is no more in the processor's caches; that of the same thousand is"},
	{"deregister, in any order, ns", func(r Registrations) float64 { return r.Deregister }, true,
		"none of them is in the processor's caches"},
	{"heap, bytes", func(r Registrations) float64 { return r.Heap }, true, ""},
	{"the Go runtime's own, bytes", func(r Registrations) float64 { return r.Other }, false, ""},
	{"the first collection, all, ms", func(r Registrations) float64 { return r.First * float64(r.N) / 1e6 }, false, ""},
	{"that of those which have ended, all, ms", func(r Registrations) float64 { return r.Last * float64(r.N) / 1e6 }, false, ""},
	{"a collection, all, ms", func(r Registrations) float64 { return r.Collection / 1e6 }, false, ""},
	{"of it without registrations, ms", func(r Registrations) float64 { return r.Empty / 1e6 }, false, ""},
	{"the longest pause of it, us", func(r Registrations) float64 { return r.Pause / 1e3 }, false, ""},
}

// reference is the number of registrations that others are compared with.
const reference = 1000

// measureSizes measures each number of registrations in a process of its own.
func measureSizes(ctx context.Context, t *tools) (table, error) {
	var all []Registrations
	var failed error
	for _, n := range t.Sizes {
		r, err := ask[Registrations](ctx, t.part("registrations", n, t.Operations))
		if err != nil {
			failed = fmt.Errorf("%d: %w", n, err)
			break
		}
		all = append(all, r)
	}
	return tableOfSizes(all), failed
}

func tableOfSizes(all []Registrations) table {
	t := table{
		title: "Registrations on a poller that costs nothing",
		about: "CPU time of the whole process, the garbage collector's too. An event is dispatched, its owner takes the readiness back and parks again. " +
			"A collection is forced; the first one sets off what watches over registrations that are forgotten.",
		head: []string{"for each, with so many"},
	}
	if len(all) == 0 {
		return t
	}
	var base *Registrations
	for i, r := range all {
		t.head = append(t.head, number(float64(r.N)))
		if r.N == reference {
			base = &all[i]
		}
	}
	last := all[len(all)-1]
	if base != nil && last.N > reference {
		t.head = append(t.head, number(float64(last.N))+" / "+number(reference))
	} else {
		base = nil
	}
	for _, l := range lines {
		row := []string{l.name}
		for _, r := range all {
			row = append(row, number(l.figure(r)))
		}
		if base != nil {
			cell := ""
			if l.ratio {
				ratio := l.figure(last) / l.figure(*base)
				cell = fmt.Sprintf("%.2f", ratio)
				t.notes = append(t.notes, l.notFlat(ratio)...)
			}
			row = append(row, cell)
		}
		t.rows = append(t.rows, row)
	}
	if each := (last.Collection - last.Empty) / float64(last.N); each > 0 && last.N > reference {
		t.notes = append(t.notes, fmt.Sprintf("With %s, a collection takes %s ns of CPU time for each registration.", number(float64(last.N)), number(each)))
	}
	return t
}

// notFlat says by how much a figure grows, where it does.
func (l line) notFlat(ratio float64) []string {
	const flat = 1.25
	if ratio <= flat {
		return nil
	}
	s := "Not flat: " + l.name + ": " + strconv.FormatFloat(ratio, 'f', 1, 64) + " times"
	if l.why != "" {
		s += "; " + l.why
	}
	return []string{s + "."}
}
