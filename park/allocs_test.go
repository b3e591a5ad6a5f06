//go:build (unix || windows) && !race

package park_test

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/park"
)

// Park allocates what its comment says, and a wake by readiness nothing: to park
// and be woken allocates as much as to park and cancel. (Under the race detector
// everything allocates.)
func TestAllocations(t *testing.T) {
	const perPark = 6
	r := open(t)
	woken := 0
	lot := park.NewLot(r, time.Hour, func(_ *int, w park.Wake) {
		if w.Err != nil {
			t.Error(w.Err)
		}
		woken++
	})
	conn, peer := tcpPair(t)
	v, one, buf := new(int), []byte{1}, make([]byte, 8)
	for name, f := range map[string]func(){
		"cancel": func() {
			spot, err := lot.Park(conn, v)
			if err != nil {
				t.Fatal(err)
			}
			if !spot.Cancel() {
				t.Fatal("it was not parked")
			}
			if _, err := r.Turn(0); err != nil { // frees what has ended
				t.Fatal(err)
			}
		},
		"wake": func() {
			before := woken
			if _, err := lot.Park(conn, v); err != nil {
				t.Fatal(err)
			}
			if _, err := peer.Write(one); err != nil {
				t.Fatal(err)
			}
			for woken == before {
				if _, err := r.Turn(deadline); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := conn.Read(buf); err != nil {
				t.Fatal(err)
			}
		},
	} {
		if got := testing.AllocsPerRun(300, f); got != perPark {
			t.Errorf("%s: %v allocations, want %d", name, got, perPark)
		}
	}
}
