package reactor

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// facts/pitfalls 7: a waker or waiter that is stored while the event comes finds
// the readiness, or is woken: the word is read again under the lock that the
// wake takes. Nobody else moves here, so a lost wake is a hang.
func TestStoreAgainstSet(t *testing.T) {
	r, p := newFake(t, WithBudget(0))
	g := register(t, r, 3, Readable)
	ready := platform.Event{Token: p.token(3), Ready: ReadyReadable}
	woken := make(chan struct{}, 1)
	w := WakerFunc(func() { woken <- struct{}{} })
	rounds := 20_000
	if testing.Short() {
		rounds = 2_000
	}
	for range rounds {
		var polled, waited ReadyEvent
		var wg sync.WaitGroup
		wg.Go(func() {
			for {
				ev, err := g.PollReadReady(w)
				if err == nil {
					polled = ev
					return
				}
				<-woken
			}
		})
		wg.Go(func() { waited, _ = g.Readiness(context.Background(), Readable) })
		wg.Go(func() { r.dispatch(r.find(ready.Token), ready.Ready) })
		wg.Wait()
		if !polled.Ready.IsReadable() || !waited.Ready.IsReadable() {
			t.Fatalf("polled %v, waited for %v", polled.Ready, waited.Ready)
		}
		g.ClearReadiness(polled)
		select {
		case <-woken: // a wake that was not needed any more
		default:
		}
	}
}

// facts/pitfalls 12: what the kernel holds is an index and a generation, no
// pointer: collections in between change nothing.
func TestTokenIsNoPointer(t *testing.T) {
	r, p := newFake(t)
	const n = 3 * pageSize
	all := make([]*Registration, n)
	for i := range all {
		all[i] = register(t, r, Handle(i), Readable)
		if index, generation := splitToken(p.token(Handle(i))); index != uint32(i) || generation != 0 {
			t.Fatalf("token of the first registration in slot %d: %d, %d", i, index, generation)
		}
	}
	for range 3 {
		runtime.GC()
	}
	for i, g := range all {
		p.post(Handle(i), ReadyReadable)
		turn(t, r)
		if _, err := g.PollReadReady(new(countingWaker)); err != nil {
			t.Fatalf("handle %d: %v", i, err)
		}
	}
}
