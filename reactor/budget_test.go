package reactor

import (
	"context"
	"testing"
	"testing/synctest"
)

// An owner in poll style that is always ready lets the others have their turn:
// it gets ErrPending after its budget, and is woken in the next turn.
func TestBudgetPollStyle(t *testing.T) {
	const limit = 5
	r, p := newFake(t, WithBudget(limit))
	g := register(t, r, 3, Readable|Writable)
	other := register(t, r, 4, Readable)
	p.post(3, ReadyReadable|ReadyWritable)
	turn(t, r)
	ops := 0
	op := func() error { ops++; return nil }
	var order []string
	w := WakerFunc(func() { order = append(order, "greedy") })
	for {
		if err := g.PollReadIO(w, op); err == ErrPending {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if ops != limit {
		t.Errorf("%d operations, want %d", ops, limit)
	}
	if err := g.PollWriteIO(w, op); err != ErrPending { // one budget for both
		t.Errorf("the other direction: %v", err)
	}
	if _, err := other.PollReadReady(WakerFunc(func() { order = append(order, "other") })); err != ErrPending {
		t.Fatal(err)
	}
	p.post(4, ReadyReadable)
	if _, err := r.Turn(-1); err != nil { // must not wait
		t.Fatal(err)
	}
	if len(order) != 3 || order[0] != "other" || order[1] != "greedy" || order[2] != "greedy" {
		t.Errorf("woken: %v", order)
	}
	ops = 0
	if err := g.PollReadIO(w, op); err != nil || ops != 1 {
		t.Errorf("in the next turn: %v, %d operations", err, ops)
	}
	if got := r.Stats().Yields; got != 2 {
		t.Errorf("%d yields", got)
	}
}

// Yielding from another goroutine wakes a loop that waits.
func TestBudgetWakesLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t, WithBudget(1))
		g := register(t, r, 3, Readable)
		p.post(3, ReadyReadable)
		done := make(chan error, 1)
		go func() { done <- r.Run(context.Background()) }()
		synctest.Wait()
		woken := make(chan struct{}, 1)
		w := WakerFunc(func() { woken <- struct{}{} })
		op := func() error { return nil }
		for range 10 {
			if err := g.PollReadIO(w, op); err != nil {
				t.Fatal(err)
			}
			if err := g.PollReadIO(w, op); err != ErrPending {
				t.Fatal(err)
			}
			<-woken
		}
		_ = r.Close()
		if err := <-done; err != ErrShutdown {
			t.Error(err)
		}
	})
}

// A registration that ended while it had yielded is not woken for the turn: it
// was for its end.
func TestBudgetDeregistered(t *testing.T) {
	r, p := newFake(t, WithBudget(1))
	g := register(t, r, 3, Readable)
	p.post(3, ReadyReadable)
	turn(t, r)
	w := new(countingWaker)
	op := func() error { return nil }
	if err := g.PollReadIO(w, op); err != nil {
		t.Fatal(err)
	}
	if err := g.PollReadIO(w, op); err != ErrPending {
		t.Fatal(err)
	}
	if err := g.Deregister(); err != nil {
		t.Fatal(err)
	}
	if w.count() != 1 {
		t.Errorf("woken %d times by Deregister", w.count())
	}
	turn(t, r)
	register(t, r, 3, Readable)
	turn(t, r)
	if w.count() != 1 {
		t.Errorf("woken %d times", w.count())
	}
}

// A goroutine yields and goes on: it never waits for a turn that nobody takes.
func TestBudgetGoroutineStyle(t *testing.T) {
	r, p := newFake(t, WithBudget(3))
	g := register(t, r, 3, Readable)
	p.post(3, ReadyReadable)
	turn(t, r)
	for range 20 {
		if err := g.AsyncIO(context.Background(), Readable, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.Stats().Yields; got != 6 {
		t.Errorf("%d yields, want 6", got)
	}
}

// No budget is no limit.
func TestBudgetNone(t *testing.T) {
	r, p := newFake(t, WithBudget(0))
	g := register(t, r, 3, Readable)
	p.post(3, ReadyReadable)
	turn(t, r)
	for range 1000 {
		if err := g.PollReadIO(new(countingWaker), func() error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
}
