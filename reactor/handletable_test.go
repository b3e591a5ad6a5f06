package reactor

import (
	"math/rand/v2"
	"testing"
)

// The table is a map, however the handles lie.
func TestHandleTable(t *testing.T) {
	var table handleTable
	want := make(map[Handle]*scheduledIO)
	rng := rand.New(rand.NewPCG(1, 2))
	top := Handle(1)
	for range 100_000 {
		h := Handle(rng.Uint64N(uint64(top)))
		switch rng.IntN(8) {
		case 0:
			top = Handle(1) << rng.IntN(20)
		case 1:
			h = ^h // huge, or negative if it were signed
		}
		if rng.IntN(3) == 0 {
			table.set(h, nil)
			delete(want, h)
		} else {
			s := new(scheduledIO)
			table.set(h, s)
			want[h] = s
		}
		if got := table.get(h); got != want[h] {
			t.Fatalf("handle %d: %p, want %p", h, got, want[h])
		}
	}
	for h, s := range want {
		if got := table.get(h); got != s {
			t.Fatalf("handle %d: %p, want %p", h, got, s)
		}
	}
	if table.dense.len() > 2<<20 {
		t.Errorf("the slice has %d places", table.dense.len())
	}
}

// One large handle doesn't cost a large slice.
func TestHandleTableSparse(t *testing.T) {
	var table handleTable
	table.set(1<<30, new(scheduledIO))
	table.set(^Handle(0), new(scheduledIO))
	if table.dense.len() != 0 {
		t.Errorf("the slice has %d places", table.dense.len())
	}
}
