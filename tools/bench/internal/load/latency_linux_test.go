package load

import (
	"testing"
	"time"
)

// Percentiles are those of the values, to three digits.
func TestLatencies(t *testing.T) {
	l := newLatencies()
	add := func(values ...time.Duration) {
		for _, d := range values {
			l.add(d)
		}
	}
	for i := range 10_000 {
		add(time.Duration(i+1) * time.Microsecond)
	}
	got := l.summary()
	for _, test := range []struct {
		name      string
		got, want time.Duration
	}{
		{"p50", got.P50, 5 * time.Millisecond},
		{"p99", got.P99, 9900 * time.Microsecond},
		{"p99.9", got.P999, 9990 * time.Microsecond},
		{"max", got.Max, 10 * time.Millisecond},
	} {
		if off := (test.got - test.want).Abs(); off > test.want/500 {
			t.Errorf("%s is %v, want %v", test.name, test.got, test.want)
		}
	}
	l.reset()
	if got := l.summary(); got != (Latency{}) {
		t.Errorf("after a reset: %+v", got)
	}
	// What is out of range counts as the end of it.
	add(-time.Second, 1<<62)
	if got := l.summary(); got.P50 != 0 || got.Max < 99*time.Second {
		t.Errorf("out of range: %+v", got)
	}
}

// A server that stands still for a second, under a thousand messages a second
// over two connections, is charged for all of them: the message that was due
// first has waited longest. What counts from when a message is sent would have
// found one late answer.
func TestCoordinatedOmission(t *testing.T) {
	s := schedule{rate: 1000, conns: 2}
	l := newLatencies()
	const stall = time.Second
	for conn := range 2 {
		for message := range 500 {
			l.add(stall - s.dueOn(conn, message))
		}
	}
	got := l.summary()
	if off := (got.P50 - stall/2).Abs(); off > stall/500 {
		t.Errorf("the median is %v, want %v", got.P50, stall/2)
	}
	if off := (got.Max - stall).Abs(); off > stall/500 {
		t.Errorf("the longest is %v, want %v", got.Max, stall)
	}
}

// Messages are due evenly, on one connection after the other, for any rate.
func TestSchedule(t *testing.T) {
	s := schedule{rate: 60_000, conns: 64}
	for message := range 200_000 {
		if a, b := s.due(message), s.dueOn(message%64, message/64); a != b {
			t.Fatalf("message %d is due at %v, and at %v on its connection", message, a, b)
		}
	}
	if got := s.due(60_000 * 3600); got != time.Hour {
		t.Errorf("an hour's last message is due at %v", got)
	}
}
