package interleave

import (
	"fmt"
	"slices"
)

// maxSteps is how many steps an execution may have: one that has more does not
// end, as far as anybody can tell.
const maxSteps = 2_000

// A Model is what a scenario is given to set itself up: what the scenario does
// itself is done before everything else, in one piece.
type Model struct{ x *execution }

// Go adds a thread. All must have ended when an execution is over: one that
// can't is a deadlock.
func (m *Model) Go(name string, body func()) *Thread { return m.x.add(name, false, body) }

// Daemon adds a thread that may wait for ever.
func (m *Model) Daemon(name string, body func()) *Thread { return m.x.add(name, true, body) }

// Finally has check called when an execution is over.
func (m *Model) Finally(check func()) { m.x.finally = append(m.x.finally, check) }

// Errorf says that the execution has gone wrong, and ends it.
func (m *Model) Errorf(format string, args ...any) {
	m.x.fail(fmt.Sprintf(format, args...))
	panic(abandoned{})
}

// Go starts a thread of its own for f, as a go statement does.
func Go(f func()) {
	if current == nil {
		go f()
		return
	}
	current.add("goroutine", false, f)
}

// current is the execution under way, or nil.
var current *execution

// An execution is one run of a scenario, in one order.
type execution struct {
	epoch   uint64
	threads []*Thread
	begun   int // of threads: the others wait for the step under way to end
	finally []func()
	failure string
	ending  bool // no more steps: those who are left run to their end
	tracing bool

	events   []event
	accesses [][]int32 // for each object, its events
	objects  int       // of accesses: those in use
	channels map[<-chan struct{}]*Object
}

// epochs counts executions, so that an object of an earlier one is known.
var epochs uint64

// reset makes x ready for another execution. Its memory is used again.
func (x *execution) reset() {
	epochs++
	x.epoch = epochs
	x.threads, x.begun = nil, 0
	x.finally = nil
	x.failure = ""
	x.ending = false
	x.events = x.events[:0]
	x.objects = 0
	x.channels = nil
}

func (x *execution) add(name string, daemon bool, body func()) *Thread {
	if len(x.threads) == MaxThreads {
		panic("interleave: too many threads")
	}
	t := newThread(x, len(x.threads), name, daemon, body)
	x.threads = append(x.threads, t)
	return t
}

// setUp lets the scenario begin.
func (x *execution) setUp(scenario func(*Model)) {
	guard(func() { scenario(&Model{x}) })
	x.begin()
}

// begin runs the threads that are new to their first steps.
func (x *execution) begin() {
	for ; x.begun < len(x.threads); x.begun++ {
		x.threads[x.begun].advance()
	}
}

func (x *execution) fail(why string) {
	if x.failure == "" {
		x.failure = why
	}
}

// index returns an object's place in accesses.
func (x *execution) index(o *Object) int32 {
	if o == nil {
		return none
	}
	if o.epoch != x.epoch {
		o.epoch, o.index = x.epoch, int32(x.objects)
		if x.objects == len(x.accesses) {
			x.accesses = append(x.accesses, nil)
		}
		x.accesses[x.objects] = x.accesses[x.objects][:0]
		x.objects++
	}
	return o.index
}

// channel returns the object that a channel is.
func (x *execution) channel(c <-chan struct{}) *Object {
	o := x.channels[c]
	if o == nil {
		if x.channels == nil {
			x.channels = make(map[<-chan struct{}]*Object)
		}
		o = new(Object)
		x.channels[c] = o
	}
	return o
}

// enabled returns the threads that can take their next step.
func (x *execution) enabled() (set threadSet) {
	for _, t := range x.threads {
		if !t.ended && t.next.ways() > 0 {
			set |= one(t.id)
		}
	}
	return set
}

// take has a thread take its step.
func (x *execution) take(t *Thread, way int) {
	e := event{thread: t.id, op: t.next, clock: t.clock}
	now := int32(len(x.events)) + 1
	for _, o := range e.op.objects {
		if o == none {
			continue
		}
		x.follow(&e.clock, &e.op, o)
		x.accesses[o] = append(x.accesses[o], now)
	}
	e.clock[t.id] = now
	t.clock = e.clock
	x.events = append(x.events, e)
	t.way = way
	t.advance()
	x.begin()
}

// follow adds to a clock what comes before a step because of one of its objects.
func (x *execution) follow(c *clock, op *operation, object int32) {
	for _, at := range slices.Backward(x.accesses[object]) {
		e := &x.events[at-1]
		if !e.op.conflicts(op) {
			continue
		}
		c.join(&e.clock)
		if e.op.kind != read {
			return // it knows all before it
		}
	}
}

// conclude looks at how an execution ended of which no thread can go on.
func (x *execution) conclude() {
	stuck := ""
	for _, t := range x.threads {
		if !t.ended && !t.daemon {
			stuck += fmt.Sprintf("\n\t%s waits: %s %s", t.name, t.next.name, t.where)
		}
	}
	if stuck != "" {
		x.fail("deadlock:" + stuck)
	}
	if x.failure != "" {
		return
	}
	for _, check := range x.finally {
		guard(check)
	}
}

// guard calls what belongs to no thread, and may end by Errorf.
func guard(f func()) {
	defer func() {
		switch why := recover().(type) {
		case nil, abandoned:
		default:
			panic(why)
		}
	}()
	f()
}

// end lets go of the threads that are left.
func (x *execution) end() {
	x.ending = true
	for _, t := range x.threads {
		if !t.ended {
			t.abandon()
		}
	}
}
