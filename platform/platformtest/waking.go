package platformtest

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/platform"
)

var waking = []behaviour{
	{"Before", wakeBefore},
	{"During", wakeDuring},
	{"Many", wakeMany},
	{"ManyDuring", wakeManyDuring},
	{"ThenProbe", wakeThenProbe},
	{"KeepsEvents", wakeKeepsEvents},
	{"FullSlice", wakeFullSlice},
	{"PingPong", wakePingPong},
	{"Coalesced", wakeCoalesced},
}

// woken checks that a wake is pending: an endless Wait ends with no event.
func (r *rig) woken() {
	r.Helper()
	w := r.aboutToWait(-1)
	w.reportsNothing()
}

// notWoken checks that no wake is pending: a Wait takes all its time.
func (r *rig) notWoken() {
	r.Helper()
	r.lasts(5 * time.Millisecond)
}

// A wake that nobody waits for ends the next Wait, and not the one after it.
func wakeBefore(r *rig) {
	for range 3 {
		r.wake()
		r.woken()
		r.notWoken()
	}
}

func wakeDuring(r *rig) {
	for range r.rounds(100) {
		w := r.waiting(-1)
		r.wake()
		w.reportsNothing()
	}
	r.notWoken()
}

// Many wakes before a Wait end one.
func wakeMany(r *rig) {
	for range 1000 {
		r.wake()
	}
	r.woken()
	r.notWoken()
}

// Of many wakes from many goroutines, none is lost: after the last of them the
// Wait under way, or else the next, has ended.
func wakeManyDuring(r *rig) {
	w := r.waiting(-1)
	var wakers sync.WaitGroup
	errs := make(chan error, 1000)
	for range cap(errs) {
		wakers.Go(func() { errs <- r.Wake() })
	}
	wakers.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			r.Fatalf("wake: %v", err)
		}
	}
	w.reportsNothing()
	// The others may have come before that Wait ended or after it.
	r.collect(0)
	r.notWoken()
}

// A Wait that does not block is a Wait: it takes the wake.
func wakeThenProbe(r *rig) {
	for range 3 {
		r.wake()
		if n := r.collect(0); n != 0 {
			r.Fatalf("a wake is reported as %d events", n)
		}
		r.notWoken()
	}
}

// A wake neither takes the place of an event nor is it one.
func wakeKeepsEvents(r *rig) {
	for _, size := range []int{1, 2, 64} {
		r.batch = make([]platform.Event, size)
		for _, early := range []bool{false, true} {
			a, b := r.udpPair()
			c, d := r.udpPair()
			r.add(a, 1, platform.Readable, platform.Edge)
			r.add(c, 2, platform.Readable, platform.OneShot)
			if early {
				r.wake()
			}
			b.write("x")
			d.write("x")
			if !early {
				r.wake()
			}
			r.await(1, readable)
			r.await(2, readable)
			r.collect(0) // the wake, if it comes last
			r.quiet()
			r.notWoken()
			r.delete(a)
			r.delete(c)
		}
	}
}

// A wake gets through though the events alone always fill the slice.
func wakeFullSlice(r *rig) {
	for t := range platform.Token(3) {
		r.add(r.udp(), t, platform.Writable, platform.Level)
	}
	r.batch = make([]platform.Event, 1)
	r.wake()
	for i := range 100 {
		if r.collect(0) == 0 {
			break
		}
		if i == 99 {
			r.Fatal("a wake does not get through")
		}
	}
	for range 10 {
		if r.collect(0) == 0 {
			r.Fatal("one wake ends two Waits")
		}
	}
}

// Two goroutines wake each other's poller, many times. One wake lost, and both
// wait for ever. What was written before a Wake is seen after the Wait that it
// ends: count has no lock, and the race detector looks on.
func wakePingPong(r *rig) {
	rounds := r.rounds(10_000)
	count := 0
	play := func(mine, theirs platform.Poller) func() error {
		return func() error {
			events := make([]platform.Event, 1)
			for range rounds {
				if _, err := mine.Wait(events, -1); err != nil {
					return err
				}
				count++
				if err := theirs.Wake(); err != nil {
					return err
				}
			}
			return nil
		}
	}
	other := r.openPoller()
	ping := r.spawn(play(r.Poller, other))
	pong := r.spawn(play(other, r.Poller))
	r.wake()
	ping.join()
	pong.join()
	if count != 2*rounds {
		r.Fatalf("%d Waits have ended, want %d", count, 2*rounds)
	}
	r.woken() // the last one
	r.notWoken()
}

// Wakes are run together, but not with one whose Wait has already ended: what
// a waker left to do before its Wake is always found.
func wakeCoalesced(r *rig) {
	const wakers = 4
	rounds := r.rounds(1000)
	var todo atomic.Int64
	tasks := make([]*task, wakers)
	for i := range tasks {
		tasks[i] = r.spawn(func() error {
			for range rounds {
				todo.Add(1)
				if err := r.Wake(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	r.spawn(func() error {
		events := make([]platform.Event, 1)
		for sum := int64(0); sum < int64(wakers*rounds); sum += todo.Swap(0) {
			if _, err := r.Wait(events, -1); err != nil {
				return err
			}
		}
		return nil
	}).join()
	for _, t := range tasks {
		t.join()
	}
}
