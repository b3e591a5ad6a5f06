package interleave

import "slices"

// meet looks for races of the step that a thread is about to take with those
// that were taken: pairs that could have come the other way round. For each of
// them the choice before the earlier one gets another alternative.
func (w *walk) meet(t *Thread) {
	x := &w.x
	op := &t.next
	var met []int32
	for _, o := range op.objects {
		if o == none {
			continue
		}
		for _, at := range slices.Backward(x.accesses[o]) {
			e := &x.events[at-1]
			if !e.op.conflicts(op) {
				continue
			}
			if at <= t.clock[e.thread] {
				if e.op.kind != read {
					break // and all before it, too
				}
				continue
			}
			if !e.op.races(op) || x.precedesAny(at, met) {
				continue
			}
			met = append(met, at)
			w.alternative(at, t)
		}
	}
}

// meetNew looks for the races that the step just taken by t has brought: of its
// next step with all before, and of everybody's next step with the one taken;
// threads from begun on are new.
// That is where a step that can't be taken yet is seen.
func (w *walk) meetNew(t *Thread, begun int) {
	x := &w.x
	now := int32(len(x.events))
	taken := &x.events[now-1].op
	for _, other := range x.threads {
		switch {
		case other.ended:
		case other == t || other.id >= begun:
			w.meet(t)
		case other.next.conflicts(taken) && other.next.races(taken) && other.clock[t.id] < now:
			w.alternative(now, other)
		}
	}
}

// precedesAny reports whether an event comes before any of others in every order.
func (x *execution) precedesAny(at int32, others []int32) bool {
	for _, other := range others {
		if x.events[other-1].clock[x.events[at-1].thread] >= at {
			return true
		}
	}
	return false
}

// alternative makes sure that the choice of the event at leads to an execution in
// which t's next step comes before that event.
//
// What has to come first is the events behind it that don't depend on it, then
// the step of t. A thread whose first step in there depends on nothing else in
// there can begin: one of those must be chosen.
func (w *walk) alternative(at int32, t *Thread) {
	x := &w.x
	by := x.events[at-1].thread
	var first [MaxThreads]int32
	for j := int(at); j < len(x.events); j++ {
		if e := &x.events[j]; e.clock[by] < at && first[e.thread] == 0 {
			first[e.thread] = int32(j + 1)
		}
	}
	n := &w.nodes[at-1]
	var begin threadSet
	for id, j := range first {
		if j != 0 && !x.follows(&x.events[j-1].clock, id, &first) {
			begin |= one(id)
		}
	}
	if first[t.id] == 0 {
		c := t.clock
		for _, o := range t.next.objects {
			if o == none {
				continue
			}
			x.follow(&c, &t.next, o)
		}
		if !x.follows(&c, t.id, &first) {
			begin |= one(t.id)
		}
	}
	begin &= n.enabled
	switch {
	case begin == 0:
		// The step can't be taken there, nor anything that would lead to it.
		n.backtrack |= n.enabled
	case begin&n.backtrack != 0:
	case begin.has(t.id):
		n.backtrack |= one(t.id)
	default:
		n.backtrack |= begin & -begin
	}
}

// follows reports whether an event with clock c of a thread comes after any of
// the events that are first, of other threads.
func (x *execution) follows(c *clock, id int, first *[MaxThreads]int32) bool {
	for other, j := range first {
		if other != id && j != 0 && c[other] >= j {
			return true
		}
	}
	return false
}
