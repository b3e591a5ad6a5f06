package reactor

import "runtime"

// A nursery holds the registrations that no garbage collection has seen yet.
//
// A finalizer, which tells that a registration was forgotten, takes a tenth of what
// a registration costs altogether; most registrations of a busy server end before
// the next collection, and never need it. So a new one is kept reachable here until
// a collection has run, and only then gets its finalizer. One that was forgotten is
// found by the second collection instead of the first.
//
// It is not runtime.AddCleanup, which takes two allocations more, and a place to
// keep what stops it: 40 bytes of some 230 for each that is idle. What a finalizer
// is warned of makes no difference here: a registration that a waker refers to is
// reachable by its slot, with either.
type nursery struct {
	places pages[*Registration]
	young  int  // how many there are, in the first places; each knows its own
	watch  bool // the end of the next collection will be noticed
}

// grown is the place of a registration that has left the nursery.
const grown = -1

// addYoung takes a registration in. It needs owners.mu.
func (r *Reactor) addYoung(g *Registration) {
	n := &r.nursery
	if n.young == n.places.len() {
		n.places.grow()
	}
	g.place = int32(n.young)
	*n.places.at(n.young) = g
	n.young++
	if !n.watch {
		n.watch = true
		r.watchCollection()
	}
}

// removeYoung lets a registration go that has ended. It needs owners.mu.
func (r *Reactor) removeYoung(g *Registration) {
	n := &r.nursery
	n.young--
	last := n.places.at(n.young)
	(*last).place = g.place
	*n.places.at(int(g.place)) = *last
	*last = nil
	g.place = grown
}

// watchCollection has growUp called after the next collection: an object that
// nobody holds is what a collection finds.
func (r *Reactor) watchCollection() {
	runtime.AddCleanup(new(sentinel), (*Reactor).growUp, r)
}

// A sentinel is not so small that the allocator would put it in one block with
// others, nor free of pointers.
type sentinel struct{ _ [2]*byte }

// growUp gives those in the nursery their finalizers, a few at a time, so that
// nobody waits long for the lock.
func (r *Reactor) growUp() {
	const few = 64
	for r.growSome(few) {
		runtime.Gosched()
	}
}

// growSome is a step of growUp. It reports whether there is more to do.
func (r *Reactor) growSome(n int) bool {
	r.owners.mu.Lock()
	defer r.owners.mu.Unlock()
	for nursery := &r.nursery; n > 0 && nursery.young > 0; n-- {
		g := *nursery.places.at(nursery.young - 1)
		r.removeYoung(g)
		runtime.SetFinalizer(g, (*Registration).forget)
	}
	if r.nursery.young > 0 {
		return true
	}
	r.nursery = nursery{} // it has places for as many as there ever were
	return false
}
