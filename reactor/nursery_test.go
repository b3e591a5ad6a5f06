package reactor

import (
	"runtime"
	"sync"
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// Deregister against the collections that take registrations out of the nursery:
// each ends once, by its owner, and none is taken for forgotten.
func TestDeregisterAgainstCollection(t *testing.T) {
	const workers, rounds, held = 4, 50, 20
	r, _ := newFake(t)
	var ending, collecting sync.WaitGroup
	done := make(chan struct{})
	collecting.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				runtime.GC()
			}
		}
	})
	for worker := range workers {
		ending.Go(func() {
			for range rounds {
				var all []*Registration
				for i := range held {
					g, err := r.RegisterHandle(Handle(worker*held+i), Readable)
					if err != nil {
						t.Error(err)
						return
					}
					all = append(all, g)
				}
				runtime.Gosched()
				for _, g := range all {
					if err := g.Deregister(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	ending.Wait()
	close(done)
	collecting.Wait()
	turn(t, r)
	const want = workers * rounds * held
	if s := r.Stats(); s.Registered != want || s.Deregistered != want || s.Forgotten != 0 || s.PendingRelease != 0 {
		t.Errorf("%+v, want %d registered and deregistered", s, want)
	}
	r.owners.mu.Lock() // a collection may have ended just now
	young := r.nursery.young
	r.owners.mu.Unlock()
	if young != 0 {
		t.Errorf("%d left in the nursery", young)
	}
	if free := len(r.set.synced.free); free != int(r.set.synced.used) {
		t.Errorf("%d of %d slots are free", free, r.set.synced.used)
	}
}

// The finalizer of a registration that has ended finds nothing to do: the slot, and
// the handle, may be another registration's by then.
func TestForgottenAfterDeregister(t *testing.T) {
	r, _ := newFake(t)
	old, err := r.RegisterHandle(1, Readable)
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Deregister(); err != nil {
		t.Fatal(err)
	}
	for range notifyAfter { // the slots are free again once so many have ended
		g, err := r.RegisterHandle(2, Readable)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Deregister(); err != nil {
			t.Fatal(err)
		}
	}
	turn(t, r)
	heir, err := r.RegisterHandle(1, Readable)
	for err == nil && heir.s != old.s {
		heir, err = r.RegisterHandle(heir.Handle()+1, Readable)
	}
	if err != nil {
		t.Fatal(err)
	}
	before := r.Stats()
	old.forget()
	if after := r.Stats(); after != before {
		t.Errorf("%+v, before %+v", after, before)
	}
	if heir.Handle() == platform.NoHandle {
		t.Error("the registration that has the slot now has ended")
	}
}
