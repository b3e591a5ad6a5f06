package load

import (
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Latency says how long answers took.
type Latency struct{ P50, P99, P999, Max time.Duration }

// latencies counts how long answers took, to three digits.
type latencies struct{ counts *hdrhistogram.Histogram }

// longest is more than any answer can take: the load has given up before.
const longest = 10 * patience

func newLatencies() *latencies {
	return &latencies{hdrhistogram.New(1, int64(longest), 3)}
}

func (l *latencies) reset() { l.counts.Reset() }

func (l *latencies) add(d time.Duration) {
	_ = l.counts.RecordValue(int64(min(max(d, 0), longest))) // within the range
}

func (l *latencies) summary() Latency {
	at := func(percent float64) time.Duration { return time.Duration(l.counts.ValueAtPercentile(percent)) }
	return Latency{P50: at(50), P99: at(99), P999: at(99.9), Max: time.Duration(l.counts.Max())}
}
