package reactor

import (
	"errors"
	"reflect"
	"testing"
)

// fakeGroup is a group of reactors on no kernel.
func fakeGroup(t testing.TB, n int) *Group {
	t.Helper()
	g, err := newGroup(n, func() (*Reactor, error) { return New(WithPoller(newFakePoller())) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = g.Close() })
	return g
}

// Handles are spread evenly, whatever their distance: those of Windows are
// multiples of 4, and a program may register every second one.
func TestGroupSpread(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 6, 8, 16, 64, 96} {
		g := fakeGroup(t, n)
		for _, distance := range []Handle{1, 2, 3, 4, 8, 12, 16} {
			const each = 50
			got := make(map[*Reactor]int)
			for i := range Handle(each * n) {
				got[g.of(3+i*distance)]++
			}
			for i, r := range g.reactors {
				if got[r] < each*4/5 || got[r] > each*6/5 {
					t.Errorf("reactor %d of %d has %d handles at distance %d, want about %d", i, n, got[r], distance, each)
				}
			}
		}
		for _, h := range []Handle{0, ^Handle(0), ^Handle(0) - 4, 1 << 31} {
			if g.of(h) == nil {
				t.Errorf("handle %#x has no reactor", h)
			}
		}
	}
}

// All are made, or none is left open.
func TestGroupOpenFails(t *testing.T) {
	failure := errors.New("no descriptors left")
	var made []*Reactor
	g, err := newGroup(3, func() (*Reactor, error) {
		if len(made) == 2 {
			return nil, failure
		}
		r, err := New(WithPoller(newFakePoller()))
		made = append(made, r)
		return r, err
	})
	if g != nil || err != failure {
		t.Errorf("%v, %v, want the failure", g, err)
	}
	for i, r := range made {
		if _, err := r.Turn(0); err != ErrShutdown {
			t.Errorf("reactor %d is open: %v", i, err)
		}
	}
}

// No count is forgotten.
func TestStatsAdd(t *testing.T) {
	var one, sum Stats
	for i, v := 0, reflect.ValueOf(&one).Elem(); i < v.NumField(); i++ {
		v.Field(i).Set(reflect.ValueOf(i + 1).Convert(v.Field(i).Type()))
	}
	sum.add(one)
	sum.add(one)
	for i, v := 0, reflect.ValueOf(sum); i < v.NumField(); i++ {
		if want := reflect.ValueOf(2 * (i + 1)).Convert(v.Field(i).Type()); !v.Field(i).Equal(want) {
			t.Errorf("%s is %v, want %v", v.Type().Field(i).Name, v.Field(i), want)
		}
	}
}
