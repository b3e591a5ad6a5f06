package main

import (
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	var tab table
	tab.row("", "left", "right")
	tab.row("latency", latency(12345*time.Nanosecond), latency(1500*time.Microsecond))
	tab.row("count", count(1234567))
	want := "" +
		"               left     right\n" +
		"latency     12.3 µs   1.50 ms\n" +
		"count     1,234,567\n"
	if got := tab.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{count(0), "0"},
		{count(999), "999"},
		{count(1000), "1,000"},
		{count(-1000), "-1,000"},
		{count(-100), "-100"},
		{count(1234567.8), "1,234,568"},
		{latency(0), "0.00 µs"},
		{latency(999), "1.00 µs"},
		{latency(123456), "123 µs"},
		{latency(2 * time.Second), "2.00 s"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
