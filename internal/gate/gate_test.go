package gate

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// patience is how long to wait for what must come: only a hang meets it.
const patience = 10 * time.Second

// closing closes g in a goroutine, and returns its result and when the gate is
// shut.
func closing(t *testing.T, g *Gate, kick func()) <-chan bool {
	t.Helper()
	first := make(chan bool, 1)
	go func() { first <- g.Close(kick) }()
	for end := time.Now().Add(patience); !g.IsClosed(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("the gate does not shut")
		}
	}
	return first
}

// received waits for a result.
func received(t *testing.T, c <-chan bool) bool {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		t.Fatal("Close hangs")
		return false
	}
}

func TestEmpty(t *testing.T) {
	var g Gate
	if g.IsClosed() {
		t.Error("the zero Gate is closed")
	}
	if !g.Enter() {
		t.Fatal("the zero Gate lets nobody in")
	}
	g.Leave()
	if !g.Close(func() { t.Error("kicked, though nobody is inside") }) {
		t.Error("Close was not the first")
	}
	if g.Enter() || !g.IsClosed() {
		t.Error("the gate is open after Close")
	}
	if g.Close(func() { t.Error("kicked by a second Close") }) {
		t.Error("a second Close was the first")
	}
}

// Close waits for all who are inside, and lets nobody in meanwhile.
func TestCloseWaits(t *testing.T) {
	var g Gate
	const inside = 3
	for range inside {
		if !g.Enter() {
			t.Fatal("the gate is closed")
		}
	}
	kicks := 0
	first := closing(t, &g, func() { kicks++ })
	for range inside {
		if g.Enter() {
			t.Fatal("the gate lets somebody in while it closes")
		}
		select {
		case <-first:
			t.Fatal("Close has returned while a call was inside")
		default:
		}
		g.Leave()
	}
	if !received(t, first) || kicks != 1 {
		t.Errorf("Close was not the first, or kicked %d times", kicks)
	}
}

// A second Close returns at once, though the first one still waits.
func TestSecondCloseDoesNotWait(t *testing.T) {
	var g Gate
	g.Enter()
	first := closing(t, &g, func() {})
	for range 3 {
		if g.Close(func() { t.Error("kicked by a second Close") }) {
			t.Error("a second Close was the first")
		}
	}
	g.Leave()
	if !received(t, first) {
		t.Error("the first Close was not the first")
	}
}

// Kick is called when nobody can come in any more, and what it does may let
// everybody out before it returns.
func TestKickLetsOut(t *testing.T) {
	var g Gate
	g.Enter()
	first := closing(t, &g, func() {
		if g.Enter() {
			t.Error("kick is called while the gate is open")
		}
		g.Leave()
	})
	if !received(t, first) {
		t.Error("Close was not the first")
	}
}

// Whatever happens at the same moment: after Close has returned nobody is
// inside, and of many calls of Close one is the first.
func TestStress(t *testing.T) {
	for range 500 {
		var g Gate
		var inside atomic.Int32
		held := 1 // guarded by the gate: taken away after Close
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for g.Enter() {
					inside.Add(1)
					if held != 1 {
						t.Error("what the gate keeps is gone")
					}
					inside.Add(-1)
					g.Leave()
					runtime.Gosched()
				}
			})
		}
		var firsts atomic.Int32
		for range 2 {
			all.Go(func() {
				if g.Close(func() {}) {
					firsts.Add(1)
					if n := inside.Load(); n != 0 {
						t.Errorf("%d calls are inside after Close", n)
					}
					held = 0
				}
			})
		}
		all.Wait()
		if firsts.Load() != 1 {
			t.Fatalf("%d calls of Close were the first", firsts.Load())
		}
	}
}

func TestAllocations(t *testing.T) {
	var g Gate
	if n := testing.AllocsPerRun(100, func() {
		g.Enter()
		g.Leave()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
