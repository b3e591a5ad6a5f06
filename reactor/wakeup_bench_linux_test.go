package reactor

import "testing"

// BenchmarkWakeup measures a wake that finds the loop before it waits, and the
// turn that it ends, on one goroutine: what Go's scheduler does between two
// differs from run to run.
func BenchmarkWakeup(b *testing.B) {
	r := benchNew(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Wake(); err != nil {
			b.Fatal(err)
		}
		if _, err := r.Turn(-1); err != nil {
			b.Fatal(err)
		}
	}
}
