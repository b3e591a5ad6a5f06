package scale

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/metrics"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// Registrations are what so many of them cost: times are CPU time of the process,
// the garbage collector's too, in nanoseconds for each; memory is bytes for each.
type Registrations struct {
	N          int
	Register   float64
	Churn      float64 // to register one more and deregister it at once
	Same       float64 // an event for one of a thousand, again and again
	Any        float64 // an event for one of all, at random
	Deregister float64 // of those that a collection has seen, in any order
	Heap       float64
	Other      float64 // what the Go runtime keeps elsewhere
	First      float64 // the first collection, and what it sets off
	Last       float64 // that of those which have ended, and what it sets off
	Collection float64 // another collection; not for each
	Empty      float64 // one before there was any; not for each
	Pause      float64 // the longest stop of the world of a collection; not for each
}

// notifyAfter is how many registrations have ended when the reactor wakes its loop
// to release them.
const notifyAfter = 16

// few is how many registrations fit into the processor's caches.
const few = 1000

// A field is n registrations on a fake poller, and their owners. The poller has
// room for one more.
type field struct {
	r      *reactor.Reactor
	poller *fakePoller
	owners []owner
}

func newField(n int) (*field, error) {
	f := &field{
		poller: &fakePoller{tokens: make([]platform.Token, n+1)},
		owners: make([]owner, n),
	}
	r, err := reactor.New(reactor.WithPoller(f.poller))
	f.r = r
	return f, err
}

func (f *field) close() { _ = f.r.Close() }

// register registers all of them.
func (f *field) register() error {
	for i := range f.owners {
		g, err := f.r.RegisterHandle(platform.Handle(i), reactor.Readable)
		if err != nil {
			return err
		}
		f.owners[i].g = g
	}
	return nil
}

// deregister ends them in an order.
func (f *field) deregister(order []int) error {
	for k, i := range order {
		if err := f.end(f.owners[i].g, k); err != nil {
			return err
		}
	}
	_, err := f.r.Turn(0)
	return err
}

// end ends the k-th registration, and takes the turns for which the reactor would
// wake its loop.
func (f *field) end(g *reactor.Registration, k int) error {
	err := g.Deregister()
	if err == nil && (k+1)%notifyAfter == 0 {
		_, err = f.r.Turn(0)
	}
	return err
}

// churn registers one more, and deregisters it, n times.
func (f *field) churn(n int) error {
	for k := range n {
		g, err := f.r.RegisterHandle(platform.Handle(len(f.owners)), reactor.Readable)
		if err != nil {
			return err
		}
		if err := f.end(g, k); err != nil {
			return err
		}
	}
	return nil
}

// events are events for those that pick chooses.
func (f *field) events(n int, pick func() int) []platform.Event {
	all := make([]platform.Event, n)
	for i := range all {
		all[i] = platform.Event{Token: f.poller.tokens[pick()], Ready: platform.ReadyReadable}
	}
	return all
}

// dispatch takes as many turns as events need. Each event wakes its owner, who
// clears the readiness and parks again.
func (f *field) dispatch(events []platform.Event) error {
	f.poller.ready = events
	for len(f.poller.ready) > 0 {
		if _, err := f.r.Turn(0); err != nil {
			return err
		}
	}
	return nil
}

// served is how many events the owners have seen.
func (f *field) served() (n int, err error) {
	for i := range f.owners {
		n += f.owners[i].events
		err = cmp.Or(err, f.owners[i].err)
	}
	return n, err
}

// measureRegistrations measures n registrations, with so many operations where they
// are not as many as there are registrations.
func measureRegistrations(n, operations int) (r Registrations, err error) {
	r.N = n
	if err := r.together(n, operations); err != nil {
		return r, err
	}
	// Afterwards: what the Go runtime has got for these, it does not give back.
	const most = 200 // of those with a collection each
	rounds := min(max(operations/n, 1), most)
	for range rounds {
		if err := r.life(n); err != nil {
			return r, err
		}
	}
	for _, sum := range []*float64{&r.Register, &r.First, &r.Deregister, &r.Last} {
		*sum /= float64(rounds)
	}
	return r, nil
}

// together measures n registrations that are there at the same time.
func (r *Registrations) together(n, operations int) error {
	f, err := newField(n)
	if err != nil {
		return err
	}
	defer f.close()
	r.Empty, _ = collections()
	before := use()
	if err := f.register(); err != nil {
		return err
	}
	if err := collection(); err != nil {
		return err
	}
	r.Collection, r.Pause = collections()
	after := use()
	r.Heap = (after.heap - before.heap) / float64(n)
	r.Other = (after.other - before.other) / float64(n)

	for i := range f.owners {
		f.owners[i].Wake() // parks
	}
	some := min(n, few)
	step, next := n/some, 0
	if r.Same, err = f.measureEvents(operations, func() int { next++; return next % some * step }); err != nil {
		return err
	}
	if r.Any, err = f.measureEvents(operations, func() int { return rand.IntN(n) }); err != nil {
		return err
	}
	r.Churn, err = each(operations, func() error { return f.churn(operations) })
	return err
}

// life measures registrations from their beginning to their end, and adds what one
// costs.
func (r *Registrations) life(n int) error {
	f, err := newField(n)
	if err != nil {
		return err
	}
	defer f.close()
	order := rand.Perm(n)
	for _, part := range []struct {
		sum *float64
		do  func() error
	}{
		{&r.Register, f.register},
		{&r.First, collection},
		{&r.Deregister, func() error { return f.deregister(order) }},
		{&r.Last, func() error { clear(f.owners); return collection() }},
	} {
		cost, err := each(n, part.do)
		if err != nil {
			return err
		}
		*part.sum += cost
	}
	return nil
}

// each returns what one of n operations costs, in nanoseconds of CPU time.
func each(n int, do func() error) (float64, error) {
	start := cpuTime()
	err := do()
	return float64(cpuTime()-start) / float64(n), err
}

// measureEvents measures events, for those that pick chooses, twice, and returns
// what one costs the second time.
func (f *field) measureEvents(n int, pick func() int) (float64, error) {
	events := f.events(n, pick)
	before, err := f.served()
	if err != nil {
		return 0, err
	}
	if err := f.dispatch(events); err != nil {
		return 0, err
	}
	cost, err := each(n, func() error { return f.dispatch(events) })
	if err != nil {
		return 0, err
	}
	after, err := f.served()
	if err == nil && after-before != 2*n {
		err = fmt.Errorf("%d events of %d reached their owners", after-before, 2*n)
	}
	return cost, err
}

// cpuTime is the CPU time of this process.
func cpuTime() time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}

// collections returns the CPU time of a collection, which is the median of some, and
// the longest pause of all of them, in nanoseconds.
func collections() (cpu, pause float64) {
	const some = 5
	before := pauses()
	var all []float64
	for range some {
		start := cpuTime()
		runtime.GC()
		all = append(all, float64(cpuTime()-start))
	}
	return median(all), longest(before, pauses())
}

// collection is one with what it sets off: that of new registrations has the
// reactor watch over those that will be forgotten, that of registrations which have
// ended runs what watched over them.
func collection() error {
	const patience = time.Minute
	runtime.GC()
	for deadline := time.Now().Add(patience); pending("cleanups") || pending("finalizers"); runtime.Gosched() {
		if time.Now().After(deadline) {
			return errors.New("the runtime's cleanups and finalizers do not end")
		}
	}
	return nil
}

// pending reports whether the runtime has cleanups, or finalizers, to run.
func pending(kind string) bool {
	s := []metrics.Sample{{Name: "/gc/" + kind + "/queued:" + kind}, {Name: "/gc/" + kind + "/executed:" + kind}}
	metrics.Read(s)
	return s[0].Value.Uint64() != s[1].Value.Uint64()
}

// pauses are the stops of the world by the collector.
func pauses() *metrics.Float64Histogram {
	s := []metrics.Sample{{Name: "/sched/pauses/total/gc:seconds"}}
	metrics.Read(s)
	return s[0].Value.Float64Histogram()
}

// longest is the longest of the pauses that have been added, in nanoseconds: the
// upper end of its bucket.
func longest(before, after *metrics.Float64Histogram) float64 {
	for i := len(after.Counts) - 1; i >= 0; i-- {
		if after.Counts[i] > before.Counts[i] {
			end := after.Buckets[i+1]
			if math.IsInf(end, 1) {
				end = after.Buckets[i]
			}
			return end * 1e9
		}
	}
	return 0
}

// A used is memory in use.
type used struct{ heap, other float64 }

// use reads what is in use, after a collection.
func use() used {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return used{float64(m.HeapAlloc), float64(m.OtherSys + m.GCSys)}
}
