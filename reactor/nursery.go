package reactor

import "runtime"

// A nursery holds the registrations that no garbage collection has seen yet.
//
// runtime.AddCleanup, which tells that a registration was forgotten, takes two
// allocations and a tenth of what a registration costs altogether; most
// registrations of a busy server end before the next collection, and never need
// it. So a new one is kept reachable here until a collection has run, and only
// then gets its cleanup. One that was forgotten is found by the second
// collection instead of the first.
type nursery struct {
	young []*Registration // each knows its place
	watch bool            // the end of the next collection will be noticed
}

// grown is the place of a registration that has left the nursery.
const grown = -1

// addYoung takes a registration in. It needs owners.mu.
func (r *Reactor) addYoung(g *Registration) {
	n := &r.nursery
	g.place = int32(len(n.young))
	n.young = append(n.young, g)
	if !n.watch {
		n.watch = true
		r.watchCollection()
	}
}

// removeYoung lets a registration go that has ended. It needs owners.mu.
func (r *Reactor) removeYoung(g *Registration) {
	young := r.nursery.young
	last := len(young) - 1
	young[g.place] = young[last]
	young[g.place].place = g.place
	young[last] = nil
	r.nursery.young = young[:last]
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

// growUp gives those in the nursery their cleanups, a few at a time, so that
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
	young := r.nursery.young
	for ; n > 0 && len(young) > 0; n-- {
		g := young[len(young)-1]
		r.removeYoung(g)
		g.cleanup = runtime.AddCleanup(g, forget, forgotten{r, g.s})
		young = r.nursery.young
	}
	if len(young) > 0 {
		return true
	}
	r.nursery = nursery{} // the slice was as long as there were ever young ones
	return false
}
