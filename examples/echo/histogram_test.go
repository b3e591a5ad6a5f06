package main

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Quantiles are within 1.6 % of those of the sorted values.
func TestHistogram(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var parts [3]histogram
	var values []time.Duration
	for i := range 30_000 {
		d := time.Duration(r.ExpFloat64() * float64(time.Millisecond))
		values = append(values, d)
		parts[i%3].add(d)
	}
	var h histogram
	for i := range parts {
		h.merge(&parts[i])
	}
	slices.Sort(values)
	for _, q := range []float64{0, 0.01, 0.5, 0.99, 0.999, 1} {
		want := values[min(int(q*float64(len(values))), len(values)-1)]
		got := h.quantile(q)
		if off := float64(got-want) / float64(max(want, 1)); off > 0.016 || off < -0.016 {
			t.Errorf("quantile %v is %v, want %v", q, got, want)
		}
	}
}

// No duration is out of range.
func TestHistogramLimits(t *testing.T) {
	var h histogram
	if got := h.quantile(0.5); got != 0 {
		t.Errorf("the median of nothing is %v", got)
	}
	for _, d := range []time.Duration{-1, 0, 1, 63, 64, 127, 128, 129, time.Hour, 1<<63 - 1} {
		h = histogram{}
		h.add(d)
		if got := h.quantile(0.5); d <= time.Minute && (got < max(d, 0)*98/100 || got > max(d, 0)*102/100) {
			t.Errorf("%v counts as %v", d, got)
		}
	}
}
