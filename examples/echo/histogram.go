package main

import (
	"math/bits"
	"time"
)

// A histogram counts durations, each within 1.6 % of its value. The zero value
// is ready to use.
type histogram struct {
	counts [histogramSize]uint64
	total  uint64
	max    time.Duration
}

// Every power of two is cut into 64 buckets, and the last holds about two
// minutes and more.
const (
	histogramBits = 6
	histogramSize = 32 << histogramBits
)

// bucketOf returns the bucket of d.
func bucketOf(d time.Duration) int {
	v := uint64(max(d, 0))
	if v < 1<<histogramBits {
		return int(v)
	}
	shift := bits.Len64(v) - histogramBits - 1
	return min(shift<<histogramBits+int(v>>shift), histogramSize-1)
}

// valueOf returns the middle of a bucket.
func valueOf(bucket int) time.Duration {
	if bucket < 2<<histogramBits {
		return time.Duration(bucket)
	}
	shift := bucket>>histogramBits - 1
	low := uint64(bucket-shift<<histogramBits) << shift
	return time.Duration(low + 1<<shift/2)
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucketOf(d)]++
	h.total++
	h.max = max(h.max, d)
}

// merge adds what other has counted.
func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
	h.max = max(h.max, other.max)
}

// quantile returns the duration that a share q of all do not exceed, and 0 where
// there are none.
func (h *histogram) quantile(q float64) time.Duration {
	if h.total == 0 {
		return 0
	}
	rank := uint64(q * float64(h.total))
	var seen uint64
	for i, n := range h.counts {
		if seen += n; seen > rank {
			return min(valueOf(i), h.max)
		}
	}
	return h.max
}
