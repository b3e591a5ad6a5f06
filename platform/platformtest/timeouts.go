package platformtest

import (
	"math"
	"time"

	"github.com/rouse-io/rouse/platform"
)

var timeouts = []behaviour{
	{"NeverEarly", timeoutNeverEarly},
	{"Zero", timeoutZero},
	{"Endless", timeoutEndless},
	{"CutShort", timeoutCutShort},
}

// A Wait with nothing to report lasts as long as it was told to, at least.
func timeoutNeverEarly(r *rig) {
	a, _ := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Level)
	for _, d := range []time.Duration{
		1, 999, time.Microsecond, 100 * time.Microsecond, 999_999, time.Millisecond, 1_000_001, 1500 * time.Microsecond, 20 * time.Millisecond,
	} {
		for range 3 {
			r.lasts(d)
		}
	}
}

// lasts checks that a Wait reports nothing and takes all of its time.
func (r *rig) lasts(d time.Duration) {
	r.Helper()
	start := time.Now()
	n := r.collect(d)
	if took := time.Since(start); took < d || n != 0 {
		r.Fatalf("Wait for %v has ended after %v with %d events", d, took, n)
	}
}

// A timeout of 0 reports what there is, and does not block: most calls take less
// time than the shortest sleep.
func timeoutZero(r *rig) {
	r.quiet()
	a, b := r.udpPair()
	r.add(a, 1, platform.Readable, platform.Level)
	r.quiet()
	end := time.Now().Add(patience)
	for short := 0; short < 20; {
		start := time.Now()
		r.collect(0)
		now := time.Now()
		if now.Sub(start) < time.Millisecond/2 {
			short++
		} else {
			short--
		}
		if now.After(end) {
			r.Fatal("Wait blocks, though its timeout is 0")
		}
	}
	b.write("x")
	r.await(1, readable)
	for range 100 {
		if r.collect(0) != 1 {
			r.Fatal("a handle that is ready is not reported at once")
		}
	}
}

// No timeout, and those that no kernel can take as they are, last until there
// is an event or a wake.
func timeoutEndless(r *rig) {
	a, b := r.udpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	const days = 24 * time.Hour
	for _, d := range []time.Duration{
		-1, math.MinInt64, // no limit
		math.MaxInt64, math.MaxInt64 - 1, 200 * 365 * days,
		math.MaxUint32 * time.Millisecond, math.MaxInt32 * time.Second, // where 32 bits end
		25 * days, math.MaxInt32 * time.Millisecond, math.MaxInt32*time.Millisecond + 1, // so do 31 bits of milliseconds
	} {
		r.lasts(r.glance()) // and must not leave its deadline behind
		w := r.waiting(d)
		select {
		case <-w.done:
			r.Fatalf("Wait for %v has ended with %d events, %v", d, w.n, w.err)
		case <-time.After(r.glance()):
		}
		r.wake()
		w.reportsNothing()

		w = r.waiting(d)
		b.write("x")
		w.reports(1, readable)
		a.drain()
		r.rearm(a, 1, platform.Readable)
	}
}

// An event and a wake end a Wait long before its time.
func timeoutCutShort(r *rig) {
	a, b := r.udpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	for _, d := range []time.Duration{time.Hour, time.Minute} {
		w := r.waiting(d)
		b.write("x")
		w.reports(1, readable)
		a.drain()
		r.rearm(a, 1, platform.Readable)
		w = r.waiting(d)
		r.wake()
		w.reportsNothing()
	}
}
