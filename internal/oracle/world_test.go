package oracle

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// A world is what one script is played in: a reactor, and all that it watches.
type world struct {
	plan
	r       driver
	running bool       // a goroutine drives r
	ended   chan error // what that returned
	closed  bool       // r is

	turns  atomic.Uint64 // that have ended
	turned chan struct{} // one has

	ends    [endCount]end
	orphans []*watch    // whose handles were closed under them, the oldest first
	late    atomic.Bool // a waker was woken that must not be
	begun   int         // registrations

	buf   []byte
	step  int // that is being played
	found *finding
}

// play plays a script, and returns what it found, or nil.
func play(s script, p plan) *finding {
	before, err := countHandles()
	if err != nil {
		return &finding{broken, 0, err.Error()}
	}
	w := &world{plan: p, turned: make(chan struct{}, 1), buf: make([]byte, slices.Max(sizes))}
	for i := range w.ends {
		w.ends[i].number = i
	}
	w.begin(s)
	w.scripts++
	w.steps += len(s)
	for i, st := range s {
		if w.found != nil {
			break
		}
		w.step = i
		w.do(st)
		w.compare()
	}
	if w.found == nil {
		w.step = len(s)
	}
	w.finish()
	after, err := countHandles()
	if w.found == nil && handlesAreOurs && (err != nil || after > before) {
		w.fail(leak, "%d handles before, %d after: %v", before, after, err)
	}
	return w.found
}

// fail notes a finding. The first one counts.
func (w *world) fail(f fault, format string, args ...any) {
	if w.found == nil {
		w.found = &finding{f, w.step, fmt.Sprintf(format, args...)}
	}
}

// begin makes the reactor.
func (w *world) begin(s script) {
	how := 0
	if len(s) > 0 && s[0].op == loop {
		how = s[0].arg
	}
	opts := []reactor.Option{reactor.WithTrace(&reactor.Trace{Turn: w.countTurn})}
	if how&blocking != 0 {
		opts = append(opts, reactor.WithBlockingWait())
	}
	r, err := w.open(opts...)
	if err != nil {
		w.fail(broken, "open: %v", err)
		return
	}
	w.r = r
	if how&running != 0 {
		w.running = true
		w.ended = make(chan error, 1)
		go func() { w.ended <- r.Run(context.Background()) }()
	}
}

// countTurn is called at the end of a turn.
func (w *world) countTurn(reactor.TurnInfo) {
	w.turns.Add(1)
	select {
	case w.turned <- struct{}{}:
	default:
	}
}

// pass returns when a turn has ended that began after the call: nothing that was
// found out before is under way any more.
func (w *world) pass() {
	if w.closed || w.found != nil {
		return
	}
	if !w.running {
		if _, err := w.r.Turn(0); err != nil {
			w.fail(wrongError, "Turn: %v", err)
		}
		return
	}
	timeout := time.NewTimer(w.patience)
	defer timeout.Stop()
	for range 2 { // the first may be under way
		had := w.turns.Load()
		if err := w.r.Wake(); err != nil {
			w.fail(wrongError, "Wake: %v", err)
			return
		}
		for w.turns.Load() == had {
			select {
			case <-w.turned:
			case <-timeout.C:
				w.fail(lost, "the loop was woken, and no turn ends")
				return
			}
		}
	}
}

// finish ends all there is, and checks that nothing is left.
func (w *world) finish() {
	for i := range w.ends {
		w.audit(&w.ends[i])
	}
	for i := range w.ends {
		if e := &w.ends[i]; e.watch != nil {
			w.deregister(e.watch)
			e.watch = nil
		}
	}
	for _, o := range w.orphans {
		w.deregister(o)
	}
	w.orphans = nil
	if w.r != nil {
		w.pass()
		w.count()
		w.closeReactor()
		if w.late.Load() {
			w.fail(lateWake, "a waker was woken")
		}
	}
	for i := range w.ends {
		w.drop(&w.ends[i], true)
	}
}

// count checks what the reactor counts when all has ended.
func (w *world) count() {
	s := w.r.Stats()
	if s.Live != 0 || s.PendingRelease != 0 || s.Forgotten != 0 || s.Registered != uint64(w.begun) {
		w.fail(leak, "%d registrations were made, and all have ended: %+v", w.begun, s)
	}
}

// closeReactor closes the reactor, which tells everybody.
func (w *world) closeReactor() {
	if w.closed || w.r == nil {
		return
	}
	if err := w.r.Close(); err != nil {
		w.fail(wrongError, "Close: %v", err)
	}
	w.closed = true
	if w.running {
		select {
		case err := <-w.ended:
			if !errors.Is(err, reactor.ErrShutdown) {
				w.fail(wrongError, "Run: %v", err)
			}
		case <-time.After(w.patience):
			w.fail(forgotten, "Run does not return after Close")
		}
	}
	for i := range w.ends {
		if g := w.ends[i].watch; g != nil {
			w.over(g)
		}
	}
	for _, g := range w.orphans {
		w.over(g)
	}
	if _, err := w.r.Turn(0); !errors.Is(err, os.ErrClosed) {
		w.fail(wrongError, "Turn after Close: %v", err)
	}
	if err := w.r.Wake(); !errors.Is(err, os.ErrClosed) {
		w.fail(wrongError, "Wake after Close: %v", err)
	}
}
