package park_test

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/platform"
)

// BenchmarkPark measures Park and what ends it, without the system's poller.
func BenchmarkPark(b *testing.B) {
	const conn = fakeConn(1)
	b.Run("cancel", func(b *testing.B) {
		r, _ := newFake(b)
		lot := park.NewLot[*int](r, time.Hour, nil)
		b.ReportAllocs()
		for b.Loop() {
			spot, err := lot.Park(conn, nil)
			if err != nil {
				b.Fatal(err)
			}
			if !spot.Cancel() {
				b.Fatal("it was not parked")
			}
			if _, err := r.Turn(0); err != nil { // frees what has ended
				b.Fatal(err)
			}
		}
	})
	b.Run("wake", func(b *testing.B) {
		r, p := newFake(b)
		woken := 0
		lot := park.NewLot(r, time.Hour, func(_ *int, w park.Wake) {
			if w.Err != nil {
				b.Error(w.Err)
			}
			woken++
		})
		b.ReportAllocs()
		for b.Loop() {
			if _, err := lot.Park(conn, nil); err != nil {
				b.Fatal(err)
			}
			p.post(platform.Handle(conn), platform.ReadyReadable)
			if _, err := r.Turn(0); err != nil {
				b.Fatal(err)
			}
		}
		if woken != b.N {
			b.Errorf("%d wakes of %d", woken, b.N)
		}
	})
}
