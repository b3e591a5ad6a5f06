package interleave_test

import (
	"sync"
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
)

// Outside an exploration the types do what those of package sync do, between
// goroutines.
func TestOutside(t *testing.T) {
	var (
		wg      sync.WaitGroup
		mu      interleave.Mutex
		pool    interleave.Pool
		n       interleave.Uint64
		p       interleave.Pointer[int]
		started interleave.Bool
		guarded int
		signal  interleave.Signal
	)
	signal.Init()
	const goroutines, rounds = 4, 1000
	for range goroutines {
		wg.Go(func() {
			for range rounds {
				mu.Lock()
				guarded++
				mu.Unlock()
				n.Add(1)
				pool.Put(pool.Get())
			}
		})
	}
	wg.Wait()
	if guarded != goroutines*rounds || n.Load() != goroutines*rounds {
		t.Errorf("%d under the lock, %d added", guarded, n.Load())
	}

	interleave.Go(func() {
		p.Store(&guarded)
		started.Store(true)
		signal.Send()
	})
	if !signal.Wait(nil) || !started.Load() || p.Load() != &guarded || signal.Sent() {
		t.Error("the goroutine's writes are not seen")
	}
	done := make(chan struct{})
	interleave.Close(done)
	if signal.Wait(done) {
		t.Error("nothing was sent")
	}
	if !started.CompareAndSwap(true, false) || started.Swap(true) || n.Or(1) != goroutines*rounds || n.Swap(7) != goroutines*rounds+1 {
		t.Error("a number is not what it should be")
	}
}
