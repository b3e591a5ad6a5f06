package interleave

import (
	"fmt"
	"iter"
	"runtime"
	"runtime/debug"
	"strings"
)

// A Thread is a part of a scenario that runs beside the others.
type Thread struct {
	id     int
	name   string
	daemon bool

	next  operation // the step it is about to take
	where string    // and its place in the source, where a trace is wanted
	way   int       // which way the scheduler lets it take that step
	ended bool
	clock clock

	run  func() (struct{}, bool)
	stop func()
	wait func(struct{}) bool
}

// Ended reports whether the thread has run to its end.
func (t *Thread) Ended() bool { return t.ended }

// running is the thread that runs now, or nil where none does. Coroutines take
// turns, so it is never written while another reads it.
var running *Thread

// abandoned is what a thread panics with that is not needed any more.
type abandoned struct{}

// newThread makes a thread, which has not begun.
func newThread(x *execution, id int, name string, daemon bool, body func()) *Thread {
	t := &Thread{id: id, name: name, daemon: daemon}
	if running != nil {
		t.clock = running.clock
	}
	t.run, t.stop = iter.Pull(func(yield func(struct{}) bool) {
		t.wait = yield
		defer func() {
			switch why := recover().(type) {
			case nil:
				t.ended = true
			case abandoned:
			default:
				x.fail(fmt.Sprintf("%s panics: %v\n%s", t.name, why, debug.Stack()))
			}
		}()
		body()
	})
	return t
}

// advance runs the thread to its next step.
func (t *Thread) advance() {
	running = t
	t.run()
	running = nil
}

// abandon ends the thread where it is.
func (t *Thread) abandon() {
	running = t
	t.stop()
	running = nil
}

// step says what is done next and returns when the scheduler lets it be done, and
// which way. It returns at once where nobody explores.
func step(name string, k kind, ready func() int, a, b *Object) int {
	t := running
	if t == nil {
		return 0
	}
	x := current
	if x.ending {
		return 0
	}
	t.next = operation{kind: k, name: name, objects: [2]int32{x.index(a), x.index(b)}, ready: ready}
	if x.tracing {
		t.where = caller()
	}
	if !t.wait(struct{}{}) {
		panic(abandoned{})
	}
	return t.way
}

// caller returns the place outside this package that a step is at.
func caller() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		frame, more := frames.Next()
		in := strings.HasPrefix(frame.Function, ownPath)
		if !more || !in || strings.HasSuffix(frame.File, "_test.go") {
			return fmt.Sprintf("%s:%d", frame.File[strings.LastIndexByte(frame.File, '/')+1:], frame.Line)
		}
	}
}

// ownPath is what the functions of this package begin with.
const ownPath = "github.com/rouse-io/rouse/internal/interleave."
