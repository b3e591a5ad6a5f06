package park_test

import (
	"errors"
	"math"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/platform"
)

// Each is woken after its idle time, never earlier, at most a 64th later, and in
// the order in which they came. What is written to starts anew when it is parked
// again, and what was cancelled is not woken.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		const n = 1000
		begun := make([]time.Time, n)
		var order []int
		moments := make(map[time.Time]bool)
		var lot *park.Lot[int]
		add := func(i int) *park.Spot[int] {
			begun[i] = time.Now()
			spot, err := lot.Park(fakeConn(i), i)
			if err != nil {
				t.Error(err)
			}
			return spot
		}
		lot = park.NewLot(r, idle, func(i int, w park.Wake) {
			if w.Err == nil {
				add(i)
				return
			}
			if w.Err != park.ErrIdle {
				t.Errorf("%d is woken by %v", i, w)
			}
			if took := time.Since(begun[i]); took < idle || took > idle+idle/64 {
				t.Errorf("%d is woken after %v", i, took)
			}
			order = append(order, i)
			moments[time.Now()] = true
		})
		run(t, r)
		spots := make([]*park.Spot[int], n)
		for i := range n {
			spots[i] = add(i)
			pass(idle / 2 / n)
		}
		for i := 0; i < n; i += 10 {
			p.post(platform.Handle(i), platform.ReadyReadable)
			synctest.Wait()
			if !spots[i+5].Cancel() {
				t.Errorf("%d has woken", i+5)
			}
		}
		if lot.Len() != n-n/10 {
			t.Errorf("%d are parked", lot.Len())
		}
		pass(2 * idle)
		synctest.Wait()
		if len(order) != n-n/10 || lot.Len() != 0 {
			t.Fatalf("%d have woken, %d are parked", len(order), lot.Len())
		}
		for k, i := range order {
			if k > 0 && !begun[i].After(begun[order[k-1]]) && begun[i] != begun[order[k-1]] {
				t.Errorf("%d is woken after %d", i, order[k-1])
			}
		}
		if len(moments) > 64 {
			t.Errorf("the timer has fired %d times", len(moments))
		}
	})
}

// A lot that was empty for a while begins anew; a wake may park again.
func TestIdleAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := newFake(t)
		var woken []time.Duration
		var lot *park.Lot[time.Time]
		lot = park.NewLot(r, idle, func(begun time.Time, _ park.Wake) {
			woken = append(woken, time.Since(begun))
			if len(woken)%2 == 1 {
				if _, err := lot.Park(fakeConn(1), time.Now()); err != nil {
					t.Error(err)
				}
			}
		})
		for range 3 {
			if _, err := lot.Park(fakeConn(1), time.Now()); err != nil {
				t.Fatal(err)
			}
			pass(5 * idle)
			synctest.Wait()
		}
		if len(woken) != 6 {
			t.Errorf("%d have woken", len(woken))
		}
		for _, took := range woken {
			if took != idle {
				t.Errorf("woken after %v", took)
			}
		}
	})
}

// No limit is no limit, and a very long one does not overflow.
func TestIdleNever(t *testing.T) {
	for _, limit := range []time.Duration{0, -1, math.MinInt64, math.MaxInt64} {
		synctest.Test(t, func(t *testing.T) {
			r, _ := newFake(t)
			wake, wakes := tell[int](1)
			lot := park.NewLot(r, limit, wake)
			pass(time.Hour)
			spot, err := lot.Park(fakeConn(1), 1)
			if err != nil {
				t.Fatal(err)
			}
			pass(100 * 365 * 24 * time.Hour)
			if len(wakes) != 0 || !spot.Cancel() {
				t.Errorf("%v: woken by %v", limit, receive(t, wakes))
			}
			if _, err := lot.Park(fakeConn(1), 2); err != nil {
				t.Fatal(err)
			}
			if err := lot.Close(); err != nil || len(wakes) != 1 {
				t.Errorf("Close: %v, %d have woken", err, len(wakes))
			}
		})
	}
}

// A connection that was closed while it was parked is told so when its idle time
// is over, also where the number of its descriptor has come back meanwhile.
func TestIdleClosed(t *testing.T) {
	r := start(t)
	wake, wakes := tell[int](2)
	lot := park.NewLot(r, 50*time.Millisecond, wake)
	conn, _ := tcpPair(t)
	if _, err := lot.Park(conn, 1); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	other, _ := tcpPair(t)
	if _, err := lot.Park(other, 2); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, wakes); got.v != 1 || !errors.Is(got.w.Err, net.ErrClosed) {
		t.Errorf("woken by %v", got)
	}
	if got := receive(t, wakes); got != (told[int]{2, park.Wake{Err: park.ErrIdle}}) {
		t.Errorf("woken by %v", got)
	}
	if n := r.Stats().Live; n != 0 {
		t.Errorf("%d are registered", n)
	}
}
