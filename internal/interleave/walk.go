package interleave

// A walk is the way through the tree of choices, depth first.
type walk struct {
	options  Options
	scenario func(*Model)
	x        execution
	nodes    []node // from the root to where the walk is
	result   Result
}

// A node is a choice: which thread takes the next step.
type node struct {
	enabled   threadSet
	backtrack threadSet // those that must be chosen some time
	sleep     threadSet // those whose choice leads to what was seen before
	thread    int       // the one chosen now
	way, ways int       // which way it takes its step, and of how many
	preempted int       // preemptions before this node
}

// run runs an execution: the choices of nodes first, then new ones. It reports
// whether it came to its end.
func (w *walk) run() bool {
	x := &w.x
	x.reset()
	current = x
	defer func() { current = nil }()
	x.setUp(w.scenario)
	defer x.end()
	known := len(w.nodes)
	var sleep threadSet
	for depth := 0; x.failure == ""; depth++ {
		if depth == maxSteps {
			x.fail("no end in sight")
			return true
		}
		enabled := x.enabled()
		if enabled == 0 {
			x.conclude()
			return true
		}
		if depth == known {
			w.nodes = append(w.nodes, w.open(enabled, sleep))
			if n := &w.nodes[depth]; !n.choose(w.last(depth)) {
				w.nodes = w.nodes[:depth]
				return false
			}
			known++
		}
		n := &w.nodes[depth]
		if n.enabled != enabled {
			x.fail("the scenario goes another way each time: it depends on more than its steps")
			return true
		}
		t := x.threads[n.thread]
		n.ways = t.next.ways()
		sleep = 0
		for _, other := range x.threads {
			if n.sleep.has(other.id) && other != t && !other.next.conflicts(&t.next) {
				sleep |= one(other.id)
			}
		}
		// What came before was looked at when it was new.
		fresh := depth >= known-1 && w.options.Preemptions == Unbounded
		if fresh {
			w.meet(t)
		}
		begun := x.begun
		x.take(t, n.way)
		if fresh {
			w.meetNew(t, begun)
		}
	}
	return true
}

// open makes the node of a choice that is new.
func (w *walk) open(enabled, sleep threadSet) node {
	if w.options.Preemptions == Unbounded {
		// The first that is chosen; races add the others that matter.
		first := enabled &^ sleep
		if last := w.last(len(w.nodes)); first.has(last) {
			first = one(last)
		}
		return node{enabled: enabled, backtrack: first & -first, sleep: sleep}
	}
	n := node{enabled: enabled, backtrack: enabled}
	if depth := len(w.nodes); depth > 0 {
		before := &w.nodes[depth-1]
		n.preempted = before.preempted
		if depth > 1 && before.thread != w.last(depth-1) && before.enabled.has(w.last(depth-1)) {
			n.preempted++
		}
		if last := w.last(depth); n.preempted >= w.options.Preemptions && enabled.has(last) {
			n.backtrack = one(last)
		}
	}
	return n
}

// last returns the thread that took the step before a depth. It comes first in
// what is open, so that simple orders are tried before the others.
func (w *walk) last(depth int) int {
	if depth == 0 {
		return 0
	}
	return w.nodes[depth-1].thread
}

// choose takes one of those that must be chosen and are not asleep. It reports
// whether there is one.
func (n *node) choose(preferred int) bool {
	open := n.backtrack &^ n.sleep
	if open == 0 {
		return false
	}
	n.way = 0
	n.thread = open.lowest()
	if open.has(preferred) {
		n.thread = preferred
	}
	return true
}

// backtrack goes on to the next execution. It reports whether there is one.
func (w *walk) backtrack() bool {
	for len(w.nodes) > 0 {
		n := &w.nodes[len(w.nodes)-1]
		if n.way+1 < n.ways {
			n.way++
			return true
		}
		n.sleep |= one(n.thread)
		if n.choose(n.thread) {
			return true
		}
		w.nodes = w.nodes[:len(w.nodes)-1]
	}
	return false
}

// schedule returns the choices of the execution that has ended.
func (w *walk) schedule() []choice {
	all := make([]choice, len(w.x.events))
	for i := range all {
		all[i] = choice{w.nodes[i].thread, w.nodes[i].way}
	}
	return all
}
