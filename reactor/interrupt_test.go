package reactor

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rouse-io/rouse/platform/native"
)

// A movable is a context as a deadline that can be moved is one: it has no
// channel, and ends when it is told to.
type movable struct {
	context.Context // Background

	ended  atomic.Bool
	onlook func() // called when it is asked, before it answers; or nil
}

func newMovable() *movable { return &movable{Context: context.Background()} }

// Err answers what held when it was asked, however long that takes.
func (m *movable) Err() error {
	ended := m.ended.Load()
	if m.onlook != nil {
		m.onlook()
	}
	if ended {
		return os.ErrDeadlineExceeded
	}
	return nil
}

// An interrupt wakes who waits for the interest, of either style, and nobody
// else. A goroutine goes on waiting where its context has not ended.
func TestInterrupt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable|Writable)
		ctx := newMovable()
		results := make(chan error, 3)
		for range 3 {
			go func() {
				results <- g.AsyncIO(ctx, Readable, func() error { t.Error("an operation"); return nil })
			}()
		}
		patient := make(chan error, 2)
		go func() { patient <- g.AsyncIO(nil, Readable, func() error { return nil }) }() //nolint:staticcheck // nil never ends
		go func() { patient <- g.AsyncIO(ctx, Writable, func() error { return nil }) }()
		var reader, writer countingWaker
		if _, err := g.PollReadReady(&reader); err != ErrPending {
			t.Fatal(err)
		}
		if _, err := g.PollWriteReady(&writer); err != ErrPending {
			t.Fatal(err)
		}
		synctest.Wait()

		if err := g.Interrupt(Readable); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if reader.count() != 1 || writer.count() != 0 || len(results) != 0 || len(patient) != 0 {
			t.Errorf("the reader was woken %d times, the writer %d times; %d and %d have returned, though nothing has ended",
				reader.count(), writer.count(), len(results), len(patient))
		}
		ctx.ended.Store(true)
		synctest.Wait()
		if len(results) != 0 {
			t.Error("who waits has returned before the interrupt")
		}
		if err := g.Interrupt(Readable); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := <-results; err != os.ErrDeadlineExceeded {
				t.Error(err)
			}
		}
		synctest.Wait()
		if len(patient) != 0 {
			t.Errorf("%v: interrupted, though it waits for something else, or for ever", <-patient)
		}
		ctx.ended.Store(false)
		p.post(3, ReadyReadable|ReadyWritable)
		turn(t, r)
		for range 2 {
			if err := <-patient; err != nil {
				t.Error(err)
			}
		}
		if got := g.s.waiters.first; got != nil {
			t.Error("a waiter was left behind")
		}
	})
}

// An interrupt that comes when a goroutine has looked at its context, and is not
// parked yet, is not lost.
func TestInterruptBeforePark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, wait := range map[string]func(*Registration, context.Context) error{
			"Readiness": func(g *Registration, ctx context.Context) error { _, err := g.Readiness(ctx, Readable); return err },
			"AsyncIO": func(g *Registration, ctx context.Context) error {
				return g.AsyncIO(ctx, Readable, func() error { return nil })
			},
		} {
			r, p := newFake(t)
			g := register(t, r, 3, Readable)
			ctx := newMovable()
			ctx.onlook = func() {
				ctx.onlook = nil
				ctx.ended.Store(true)
				if err := g.Interrupt(Readable); err != nil {
					t.Error(err)
				}
			}
			done := make(chan error, 1)
			go func() { done <- wait(g, ctx) }()
			synctest.Wait()
			select {
			case err := <-done:
				if err != os.ErrDeadlineExceeded {
					t.Errorf("%s: %v", name, err)
				}
			default:
				t.Errorf("%s: the interrupt was lost", name)
				p.post(3, ReadyReadable)
				turn(t, r)
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
			if g.s.waiters.first != nil {
				t.Errorf("%s: a waiter was left behind", name)
			}
		}
	})
}

// An interrupt is an error where it has no meaning.
func TestInterruptErrors(t *testing.T) {
	r, _ := newFake(t)
	g := register(t, r, 3, Readable)
	for _, in := range []Interest{0, 1 << 7} {
		if err := g.Interrupt(in); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("interest %v: %v", in, err)
		}
	}
	if err := g.Interrupt(Writable); err != nil { // nobody waits for it
		t.Error(err)
	}
	if err := g.Deregister(); err != nil {
		t.Fatal(err)
	}
	if err := g.Interrupt(Readable); err != ErrDeregistered {
		t.Errorf("after Deregister: %v", err)
	}
	other := register(t, r, 4, Readable)
	_ = r.Close()
	if err := other.Interrupt(Readable); err != ErrShutdown {
		t.Errorf("after Close: %v", err)
	}
}

// An interrupt leaves the readiness as it is.
func TestInterruptKeepsReadiness(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable)
	if err := g.Interrupt(Readable); err != nil {
		t.Fatal(err)
	}
	if err := g.TryIO(Readable, func() error { return nil }); err != ErrWouldBlock {
		t.Errorf("an interrupt has made it ready: %v", err)
	}
	p.post(3, ReadyReadable)
	turn(t, r)
	if err := g.Interrupt(Readable); err != nil {
		t.Fatal(err)
	}
	if err := g.TryIO(Readable, func() error { return nil }); err != nil {
		t.Errorf("an interrupt has taken readiness away: %v", err)
	}
}

// Interrupts, ends that are moved, events and the end of the registration come
// at any moment: who waits returns, with one of the errors that are due.
func TestInterruptRaces(t *testing.T) {
	const rounds, waiters = 300, 4
	for range rounds {
		r, p := newFake(t)
		g := register(t, r, 3, Readable|Writable)
		ctx := newMovable()
		var all sync.WaitGroup
		for i := range waiters {
			in := Readable
			if i%2 == 0 {
				in = Writable
			}
			all.Go(func() {
				err := g.AsyncIO(ctx, in, func() error { return native.WouldBlock })
				if err != os.ErrDeadlineExceeded && err != ErrDeregistered {
					t.Error(err)
				}
			})
			all.Go(func() {
				if err := g.PollIO(Direction(i%2), WakerFunc(func() {}), func() error { return native.WouldBlock }); err != ErrPending && err != ErrDeregistered {
					t.Error(err)
				}
				if err := g.Interrupt(in); err != nil && err != ErrDeregistered {
					t.Error(err)
				}
			})
		}
		all.Go(func() { p.post(3, ReadyReadable|ReadyWritable); turn(t, r) })
		all.Go(func() {
			ctx.ended.Store(true)
			if err := g.Interrupt(Readable | Writable); err != nil && err != ErrDeregistered {
				t.Error(err)
			}
		})
		all.Go(func() {
			if err := g.Deregister(); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		_ = r.Close()
	}
}

// Nothing but the interrupt ends these waits, which begin at any moment around
// it: none is lost.
func TestInterruptIsNotLost(t *testing.T) {
	r, _ := newFake(t)
	g := register(t, r, 3, Readable)
	for range 5000 {
		ctx := newMovable()
		done := make(chan error, 1)
		go func() {
			_, err := g.Readiness(ctx, Readable)
			done <- err
		}()
		ctx.ended.Store(true)
		if err := g.Interrupt(Readable); err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-done:
			if err != os.ErrDeadlineExceeded {
				t.Fatal(err)
			}
		case <-time.After(time.Minute):
			t.Fatal("the interrupt was lost")
		}
	}
}

// facts/pitfalls 17: an operation that knows that it was the last for now clears
// the readiness as would-block does, and has succeeded.
func TestDrained(t *testing.T) {
	for name, try := range map[string]func(*Registration, Direction, func() error) error{
		"TryIO": func(g *Registration, d Direction, op func() error) error { return g.TryIO(d.Interest(), op) },
		"AsyncIO": func(g *Registration, d Direction, op func() error) error {
			return g.AsyncIO(t.Context(), d.Interest(), op)
		},
		"PollIO": func(g *Registration, d Direction, op func() error) error { return g.PollIO(d, new(countingWaker), op) },
	} {
		for _, d := range []Direction{Read, Write} {
			t.Run(name+" "+d.String(), func(t *testing.T) {
				r, p := newFake(t)
				g := register(t, r, 3, Readable|Writable)
				p.post(3, ReadyReadable|ReadyWritable)
				turn(t, r)
				calls := 0
				if err := try(g, d, func() error { calls++; return ErrDrained }); err != nil || calls != 1 {
					t.Fatalf("%v after %d calls", err, calls)
				}
				if err := g.TryIO(d.Interest(), func() error { return nil }); err != ErrWouldBlock {
					t.Errorf("still ready: %v", err)
				}
				if n := p.count("rearm " + d.Interest().String()); n != 1 {
					t.Errorf("re-armed %d times, want once", n)
				}
				if err := g.TryIO((1 - d).Interest(), func() error { return nil }); err != nil {
					t.Errorf("the other direction: %v", err)
				}

				// An event that comes between the operation and the clear survives
				// (facts/pitfalls 1).
				p.post(3, ReadyReadable|ReadyWritable)
				turn(t, r)
				if err := try(g, d, func() error {
					p.post(3, ReadyReadable|ReadyWritable)
					turn(t, r)
					return ErrDrained
				}); err != nil {
					t.Fatal(err)
				}
				if err := try(g, d, func() error { return ErrDrained }); err != nil {
					t.Errorf("the event was lost: %v", err)
				}

				// What is final stays.
				p.post(3, ReadyReadClosed|ReadyWriteClosed)
				turn(t, r)
				for range 3 {
					if err := try(g, d, func() error { return ErrDrained }); err != nil {
						t.Errorf("closed: %v", err)
					}
				}
			})
		}
	}
}

// An operation that has drained the handle counts as one.
func TestDrainedSpendsBudget(t *testing.T) {
	const limit = 3
	r, p := newFake(t, WithBudget(limit))
	g := register(t, r, 3, Readable|Writable)
	p.post(3, ReadyReadable|ReadyReadClosed) // final, so that it stays ready
	turn(t, r)
	var w countingWaker
	for range limit {
		if err := g.PollReadIO(&w, func() error { return ErrDrained }); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.PollReadIO(&w, func() error { t.Error("beyond the budget"); return nil }); err != ErrPending {
		t.Errorf("after the budget: %v", err)
	}
	turn(t, r)
	if w.count() != 1 {
		t.Errorf("woken %d times in the next turn", w.count())
	}
	if err := g.PollReadIO(&w, func() error { return ErrDrained }); err != nil {
		t.Errorf("in the next turn: %v", err)
	}
	// A goroutine lets the others run, and goes on.
	for range 3 * limit {
		if err := g.AsyncIO(t.Context(), Readable, func() error { return ErrDrained }); err != nil {
			t.Fatal(err)
		}
	}
}

// However it is wrapped, and no other error clears anything.
func TestDrainedWrapped(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable)
	p.post(3, ReadyReadable)
	turn(t, r)
	failure := errors.New("failure")
	if err := g.TryIO(Readable, func() error { return failure }); err != failure {
		t.Errorf("a failure: %v", err)
	}
	if err := g.TryIO(Readable, func() error { return errors.Join(ErrDrained) }); err != nil {
		t.Errorf("wrapped: %v", err)
	}
	if err := g.TryIO(Readable, func() error { return nil }); err != ErrWouldBlock {
		t.Errorf("not cleared: %v", err)
	}
}
