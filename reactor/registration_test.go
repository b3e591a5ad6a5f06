package reactor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// facts/pitfalls 4: a waiter returns the current word, not what it was woken
// for; and readiness stays until it is cleared.
func TestReadiness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable|Writable)
		got := make(chan ReadyEvent, 1)
		go func() {
			ev, err := g.Readiness(context.Background(), Readable)
			if err != nil {
				t.Error(err)
			}
			got <- ev
		}()
		synctest.Wait()

		p.post(3, ReadyWritable)
		turn(t, r)
		synctest.Wait()
		select {
		case ev := <-got:
			t.Fatalf("a reader was woken for %v", ev.Ready)
		default:
		}

		p.post(3, ReadyReadable)
		p.post(3, ReadyReadClosed)
		turn(t, r)
		if ev := <-got; ev.Ready != ReadyReadable|ReadyReadClosed {
			t.Errorf("got %v", ev.Ready)
		}
		ev, err := g.Readiness(context.Background(), Readable|Writable)
		if err != nil || ev.Ready != ReadyReadable|ReadyWritable|ReadyReadClosed {
			t.Errorf("got %v, %v", ev.Ready, err)
		}
		g.ClearReadiness(ev)
		if ev, err := g.Readiness(context.Background(), Readable); err != nil || ev.Ready != ReadyReadClosed {
			t.Errorf("closed is final: got %v, %v", ev.Ready, err)
		}
	})
}

// Poll style: pending, woken once, ready, cleared, pending again.
func TestPollReady(t *testing.T) {
	type poll func(*Registration, Waker) (ReadyEvent, error)
	for _, test := range []struct {
		name  string
		poll  poll
		ready Ready
		other Ready
	}{
		{"read", (*Registration).PollReadReady, ReadyReadable, ReadyWritable},
		{"read closed", (*Registration).PollReadReady, ReadyReadClosed, ReadyWriteClosed},
		{"write", (*Registration).PollWriteReady, ReadyWritable, ReadyReadable},
		{"write closed", (*Registration).PollWriteReady, ReadyWriteClosed, ReadyReadClosed},
		{"read error", (*Registration).PollReadReady, ReadyError, ReadyWritable},   // facts/pitfalls 6
		{"write error", (*Registration).PollWriteReady, ReadyError, ReadyReadable}, // facts/pitfalls 6
	} {
		t.Run(test.name, func(t *testing.T) {
			r, p := newFake(t)
			g := register(t, r, 3, Readable|Writable)
			var w countingWaker
			if _, err := test.poll(g, &w); err != ErrPending {
				t.Fatalf("before anything came: %v", err)
			}
			p.post(3, test.other)
			turn(t, r)
			if w.count() != 0 {
				t.Fatalf("woken for %v", test.other)
			}
			p.post(3, test.ready)
			p.post(3, test.ready)
			turn(t, r)
			if w.count() != 1 {
				t.Fatalf("woken %d times, want once", w.count())
			}
			ev, err := test.poll(g, &w)
			if err != nil || ev.Ready != test.ready {
				t.Fatalf("got %v, %v", ev.Ready, err)
			}
			g.ClearReadiness(ev)
			if test.ready&platform.ReadyFinal != 0 {
				return
			}
			if _, err := test.poll(g, &w); err != ErrPending {
				t.Errorf("after the clear: %v", err)
			}
		})
	}
}

// A registration for priority data polls for it where it polls for reading; the
// reader of other registrations is not told of it (facts/pitfalls 6).
func TestPollPriority(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Priority)
	var w countingWaker
	if _, err := g.PollReadReady(&w); err != ErrPending {
		t.Fatal(err)
	}
	p.post(3, ReadyPriority)
	turn(t, r)
	if w.count() != 1 {
		t.Fatal("priority data did not wake the reader")
	}
	if ev, err := g.PollReadReady(&w); err != nil || ev.Ready != ReadyPriority {
		t.Errorf("got %v, %v", ev.Ready, err)
	}
}

// facts/pitfalls 10: the last waker of a direction wins, and who waits by
// goroutine is woken all the same.
func TestLastWakerWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable)
		var first, last countingWaker
		if _, err := g.PollReadReady(&first); err != ErrPending {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := g.Readiness(context.Background(), Readable); err != nil {
					t.Error(err)
				}
			})
		}
		if _, err := g.PollReadReady(&last); err != ErrPending {
			t.Fatal(err)
		}
		synctest.Wait()
		p.post(3, ReadyReadable)
		turn(t, r)
		wg.Wait()
		if first.count() != 0 || last.count() != 1 {
			t.Errorf("first woken %d times, last %d times", first.count(), last.count())
		}
	})
}

// The op runs when the direction is ready and not before; would-block clears
// and pends, in every form that would-block has.
func TestPollIO(t *testing.T) {
	for _, blocked := range []error{
		ErrWouldBlock, native.WouldBlock,
		os.NewSyscallError("read", native.WouldBlock),
		fmt.Errorf("mine: %w", ErrWouldBlock),
		&net.OpError{Op: "read", Err: os.NewSyscallError("read", native.WouldBlock)},
	} {
		for _, d := range []Direction{Read, Write} {
			t.Run(fmt.Sprint(d, " ", blocked), func(t *testing.T) {
				r, p := newFake(t)
				g := register(t, r, 3, Readable|Writable)
				w := new(countingWaker)
				calls := 0
				result := error(nil)
				op := func() error { calls++; return result }
				if err := g.PollIO(d, w, op); err != ErrPending || calls != 0 {
					t.Fatalf("not ready: %v, %d calls", err, calls)
				}
				p.post(3, ReadyReadable|ReadyWritable)
				turn(t, r)
				for range 3 { // success leaves the direction ready
					if err := g.PollIO(d, w, op); err != nil {
						t.Fatal(err)
					}
				}
				failure := errors.New("failure")
				result = failure
				if err := g.PollIO(d, w, op); err != failure {
					t.Fatal(err)
				}
				result = blocked
				if err := g.PollIO(d, w, op); err != ErrPending || calls != 5 {
					t.Fatalf("would block: %v, %d calls", err, calls)
				}
				if n := p.count("rearm " + d.Interest().String()); n != 1 {
					t.Errorf("re-armed %d times, want once, and only %v", n, d)
				}
				// The other direction was not touched.
				if err := g.PollIO(1-d, w, func() error { return nil }); err != nil {
					t.Errorf("other direction: %v", err)
				}
				before := w.count()
				p.post(3, ReadyReadable|ReadyWritable)
				turn(t, r)
				if n := w.count() - before; n != 1 {
					t.Errorf("woken %d times by the next event", n)
				}
			})
		}
	}
}

// facts/pitfalls 1, as a whole: an event that comes while the operation runs is
// tried again, not slept over.
func TestPollIOEventDuringOp(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable)
	p.post(3, ReadyReadable)
	turn(t, r)
	calls := 0
	err := g.PollReadIO(new(countingWaker), func() error {
		calls++
		if calls == 1 {
			p.post(3, ReadyReadable)
			turn(t, r)
			return ErrWouldBlock
		}
		return nil
	})
	if err != nil || calls != 2 {
		t.Errorf("%v after %d calls, want success at the second", err, calls)
	}
}

// facts/pitfalls 2, as a whole: a stream of write events does not make a reader
// spin.
func TestWriteEventsDoNotSpinReader(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable|Writable)
	p.post(3, ReadyReadable)
	turn(t, r)
	calls := 0
	err := g.PollReadIO(new(countingWaker), func() error {
		if calls++; calls > 100 {
			return errors.New("spinning")
		}
		p.post(3, ReadyWritable)
		turn(t, r)
		return ErrWouldBlock
	})
	if err != ErrPending || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

// facts/pitfalls 5: TryIO never waits, says shutdown, and serves combined
// interests.
func TestTryIO(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable|Writable)
	calls := 0
	ok := func() error { calls++; return nil }
	blocked := func() error { calls++; return native.WouldBlock }
	if err := g.TryIO(Readable, ok); err != ErrWouldBlock || calls != 0 {
		t.Errorf("not ready: %v, %d calls", err, calls)
	}
	p.post(3, ReadyWritable)
	turn(t, r)
	if err := g.TryIO(Readable, ok); err != ErrWouldBlock {
		t.Errorf("other direction: %v", err)
	}
	if err := g.TryIO(Readable|Writable, ok); err != nil || calls != 1 {
		t.Errorf("combined: %v, %d calls", err, calls)
	}
	if err := g.TryIO(Writable, blocked); err != ErrWouldBlock || calls != 2 {
		t.Errorf("would block: %v, %d calls", err, calls)
	}
	if err := g.TryIO(Writable, ok); err != ErrWouldBlock || calls != 2 {
		t.Errorf("cleared: %v, %d calls", err, calls)
	}
	if !errors.Is(ErrWouldBlock, native.WouldBlock) {
		t.Error("ErrWouldBlock is not the system's")
	}
	_ = r.Close()
	for _, in := range []Interest{Readable, Writable, Readable | Writable} {
		if err := g.TryIO(in, ok); err != ErrShutdown {
			t.Errorf("after Close, %v: %v", in, err)
		}
	}
}

// AsyncIO parks, tries, parks again on would-block, and returns the result.
func TestAsyncIO(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable)
		var mu sync.Mutex
		calls := 0
		data := false
		done := make(chan error, 1)
		go func() {
			done <- g.AsyncIO(context.Background(), Readable, func() error {
				mu.Lock()
				defer mu.Unlock()
				calls++
				if !data {
					return native.WouldBlock
				}
				return nil
			})
		}()
		for want := range 3 {
			synctest.Wait()
			mu.Lock()
			if calls != want {
				t.Fatalf("%d calls, want %d", calls, want)
			}
			data = want == 2
			mu.Unlock()
			p.post(3, ReadyReadable)
			turn(t, r)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// facts/pitfalls 9 and 25: a cancelled wait returns the context's error, leaves
// nothing behind and takes nothing from the others; no goroutine is started.
func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable)
		ended, end := context.WithCancel(context.Background())
		end()
		if _, err := g.Readiness(ended, Readable); err != context.Canceled {
			t.Errorf("ended context: %v", err)
		}
		op := func() error { t.Error("op was called"); return nil }
		if err := g.AsyncIO(ended, Readable, op); err != context.Canceled {
			t.Errorf("ended context: %v", err)
		}

		ctx, cancel := context.WithCancel(context.Background())
		late, cancelLate := context.WithTimeout(context.Background(), time.Second)
		defer cancelLate()
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, err := g.Readiness(ctx, Readable); err != context.Canceled {
					t.Errorf("cancelled: %v", err)
				}
			})
			wg.Go(func() {
				if err := g.AsyncIO(late, Readable, op); err != context.DeadlineExceeded {
					t.Errorf("past its deadline: %v", err)
				}
			})
		}
		stays := make(chan error, 1)
		go func() {
			_, err := g.Readiness(context.Background(), Readable)
			stays <- err
		}()
		synctest.Wait()
		cancel()
		wg.Wait() // the fake clock goes on to the deadline when all are asleep
		synctest.Wait()
		g.s.mu.Lock()
		if w := g.s.waiters.first; w == nil || w.next != w {
			t.Error("there is not exactly one waiter left")
		}
		g.s.mu.Unlock()
		p.post(3, ReadyReadable)
		turn(t, r)
		if err := <-stays; err != nil {
			t.Error(err)
		}
	})
}

// Cancel against wake, on real goroutines: a wait ends with one or the other,
// and the pooled waiter carries nothing over to the next wait.
func TestCancelAgainstWake(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable)
	for range 2000 {
		ctx, cancel := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		wg.Go(func() {
			ev, err := g.Readiness(ctx, Readable)
			if err == nil && !ev.Ready.IsReadable() || err != nil && err != context.Canceled {
				t.Errorf("%v, %v", ev.Ready, err)
			}
		})
		wg.Go(cancel)
		p.post(3, ReadyReadable)
		turn(t, r)
		wg.Wait()
		ev, err := g.Readiness(nil, Readable) //nolint:staticcheck // a nil context never ends
		if err != nil {
			t.Fatal(err)
		}
		g.ClearReadiness(ev)
		g.s.mu.Lock()
		if g.s.waiters.first != nil {
			t.Fatal("a waiter was left behind")
		}
		g.s.mu.Unlock()
	}
}

// Deregister wakes everybody with ErrDeregistered, and everything is it then.
func TestDeregister(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable|Writable)
		errs := make(chan error, 3)
		go func() { _, err := g.Readiness(context.Background(), Readable); errs <- err }()
		go func() { errs <- g.AsyncIO(context.Background(), Writable, func() error { return nil }) }()
		waker := make(chan struct{}, 2)
		w := WakerFunc(func() { waker <- struct{}{} })
		if _, err := g.PollReadReady(w); err != ErrPending {
			t.Fatal(err)
		}
		if _, err := g.PollWriteReady(w); err != ErrPending {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := g.Deregister(); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := <-errs; err != ErrDeregistered || !errors.Is(err, net.ErrClosed) {
				t.Errorf("a waiter got %v", err)
			}
			<-waker
		}
		ended(t, g, ErrDeregistered)
		if h := g.Handle(); h != platform.NoHandle {
			t.Errorf("handle %d after Deregister", h)
		}
		if err := g.Deregister(); err != ErrDeregistered {
			t.Errorf("second Deregister: %v", err)
		}
		turn(t, r)
		ended(t, g, ErrDeregistered)
		again := register(t, r, 3, Readable) // in the same slot
		if again.s != g.s {
			t.Error("the slot was not used again")
		}
		p.post(3, ReadyReadable)
		turn(t, r)
		ended(t, g, ErrDeregistered)
	})
}

// ended checks that every method returns want.
func ended(t *testing.T, g *Registration, want error) {
	t.Helper()
	ctx := context.Background()
	op := func() error { t.Error("op was called"); return nil }
	w := WakerFunc(func() { t.Error("woken") })
	_, readErr := g.PollReadReady(w)
	_, writeErr := g.PollWriteReady(w)
	_, readinessErr := g.Readiness(ctx, Writable)
	for name, err := range map[string]error{
		"PollReadReady":  readErr,
		"PollWriteReady": writeErr,
		"Readiness":      readinessErr,
		"PollReadIO":     g.PollReadIO(w, op),
		"PollWriteIO":    g.PollWriteIO(w, op),
		"PollIO":         g.PollIO(Read, w, op),
		"TryIO":          g.TryIO(Readable|Writable, op),
		"AsyncIO":        g.AsyncIO(ctx, Readable, op),
		"Reregister":     g.Reregister(Readable),
	} {
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	g.ClearReadiness(ReadyEvent{})
}

// facts/pitfalls 11: the system is told first; a registration that it refuses
// to end has ended all the same, and one that it refuses to add is gone.
func TestSystemRefuses(t *testing.T) {
	r, p := newFake(t)
	refused := &platform.Error{Op: "add", Handle: 3, Err: os.NewSyscallError("epoll_ctl", os.ErrPermission)}
	p.addErr = refused
	if _, err := r.RegisterHandle(3, Readable); err != refused {
		t.Errorf("refused add: %v", err)
	}
	p.addErr = nil
	g := register(t, r, 3, Readable)
	if g.s.index != 0 {
		t.Error("the refused registration left its slot taken")
	}
	p.deleteErr = refused
	if err := g.Deregister(); err != refused {
		t.Errorf("refused delete: %v", err)
	}
	if got := r.Stats(); got.Live != 0 || got.PendingRelease != 1 {
		t.Errorf("after a refused delete: %+v", got)
	}
	turn(t, r)
	if got := r.Stats(); got.PendingRelease != 0 {
		t.Errorf("after a turn: %+v", got)
	}
	ended(t, g, ErrDeregistered)
}

// The sixteenth pending release wakes a loop that waits; one that does not wait
// comes round by itself.
func TestSixteenthDeregisterWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		var all []*Registration
		for h := range Handle(2 * notifyAfter) {
			all = append(all, register(t, r, h, Readable))
		}
		deregister := func(g *Registration) {
			if err := g.Deregister(); err != nil {
				t.Error(err)
			}
		}
		if _, err := all[0].PollReadReady(WakerFunc(func() {
			for _, g := range all[:notifyAfter] {
				deregister(g)
			}
		})); err != ErrPending {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- r.Run(context.Background()) }()
		synctest.Wait()
		p.post(0, ReadyReadable)
		synctest.Wait()
		if got := r.Stats().PendingRelease; got != 0 || p.count("wake") != 0 {
			t.Errorf("after a turn: %d pending, %d wakes", got, p.count("wake"))
		}
		for i, g := range all[notifyAfter:] {
			deregister(g)
			synctest.Wait()
			if got, want := r.Stats().PendingRelease, (i+1)%notifyAfter; got != want {
				t.Errorf("after %d while the loop waits: %d pending, want %d", i+1, got, want)
			}
		}
		if got := p.count("wake"); got != 1 {
			t.Errorf("%d wakes, want 1", got)
		}
		_ = r.Close()
		if err := <-done; err != ErrShutdown {
			t.Error(err)
		}
	})
}

// facts/pitfalls 13: an event of the batch under way does not reach whoever
// has the slot next, nor does one that comes late.
func TestStaleEvent(t *testing.T) {
	r, p := newFake(t)
	first := register(t, r, 3, Readable)
	victim := register(t, r, 4, Readable)
	stale := p.token(4)
	var next *Registration
	w := new(countingWaker)
	if _, err := first.PollReadReady(WakerFunc(func() {
		_ = victim.Deregister()
		next = register(t, r, 4, Readable)
		if _, err := next.PollReadReady(w); err != ErrPending {
			t.Error(err)
		}
	})); err != ErrPending {
		t.Fatal(err)
	}
	p.post(3, ReadyReadable)
	p.post(4, ReadyReadable) // for victim, in the same batch
	turn(t, r)
	if next == nil || next.s == victim.s {
		t.Fatal("a slot that the batch names was used again")
	}
	turn(t, r)
	_ = next.Deregister()
	turn(t, r)
	late := register(t, r, 5, Readable) // in one of the slots
	other := register(t, r, 6, Readable)
	w = new(countingWaker)
	for range 2 {
		for _, g := range []*Registration{late, other} {
			if _, err := g.PollReadReady(w); err != ErrPending {
				t.Errorf("a stale event reached handle %d: %v", g.Handle(), err)
			}
		}
		p.mu.Lock()
		p.postToken(stale, platform.AllReady)
		p.postToken(makeToken(1<<20, 0), platform.AllReady)
		p.mu.Unlock()
		turn(t, r)
	}
	if w.count() != 0 {
		t.Error("a stale event woke somebody")
	}
	if got := r.Stats(); got.Stale != 5 || got.Ready != 1 {
		t.Errorf("%+v", got)
	}
}

// facts/pitfalls 8: a waker runs with no lock held and may end its own
// registration, or do anything else.
func TestWakerMayDoAnything(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable|Writable)
	second := new(countingWaker)
	if _, err := g.PollWriteReady(second); err != ErrPending {
		t.Fatal(err)
	}
	if _, err := g.PollReadReady(WakerFunc(func() {
		if _, err := r.Turn(0); err != ErrBusy {
			t.Errorf("a turn inside a turn: %v", err)
		}
		if err := g.Reregister(Readable); err != nil {
			t.Error(err)
		}
		if err := g.Deregister(); err != nil {
			t.Error(err)
		}
		_ = r.Stats()
		_ = r.Wake()
		other := register(t, r, 4, Readable)
		if _, err := other.PollReadReady(second); err != ErrPending {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})); err != ErrPending {
		t.Fatal(err)
	}
	p.post(3, ReadyReadable|ReadyWritable)
	if _, err := r.Turn(0); err != nil {
		t.Fatal(err)
	}
	if second.count() != 2 { // by the event, and by Close
		t.Errorf("the other waker was woken %d times", second.count())
	}
	if _, err := r.Turn(0); err != ErrShutdown {
		t.Errorf("turn after Close: %v", err)
	}
}

// facts/pitfalls 8: more waiters than one batch holds; the reader and the writer
// come first, and who comes back at once is not woken again by the same event.
func TestManyWaiters(t *testing.T) {
	const n = 3*wakeBatch + 5
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable|Writable)
		var mu sync.Mutex
		var order []string
		note := func(who string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, who)
		}
		if _, err := g.PollWriteReady(WakerFunc(func() { note("writer") })); err != ErrPending {
			t.Fatal(err)
		}
		if _, err := g.PollReadReady(WakerFunc(func() { note("reader") })); err != ErrPending {
			t.Fatal(err)
		}
		for i := range n {
			in := Readable
			if i%2 == 1 {
				in = Writable
			}
			go func() {
				for {
					ev, err := g.Readiness(context.Background(), in)
					if err != nil {
						return
					}
					note("waiter")
					g.ClearReadiness(ev)
				}
			}()
		}
		synctest.Wait()
		p.post(3, ReadyReadable|ReadyWritable)
		turn(t, r)
		synctest.Wait()
		mu.Lock()
		if len(order) < 3 || order[0] != "reader" || order[1] != "writer" {
			t.Errorf("woken in order %v", order[:min(len(order), 4)])
		}
		if got := r.Stats().Woken; got != n+2 {
			t.Errorf("%d woken, want %d", got, n+2)
		}
		mu.Unlock()
		_ = g.Deregister()
	})
}

// facts/pitfalls 15: shutdown wakes waiters of every kind with one error, and
// every later call returns it.
func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := newFake(t)
		g := register(t, r, 3, Readable|Writable)
		bystander := register(t, r, 4, Readable)
		gone := register(t, r, 5, Readable)
		if err := gone.Deregister(); err != nil { // still pending release
			t.Fatal(err)
		}
		errs := make(chan error, 4)
		go func() { _, err := g.Readiness(context.Background(), Readable); errs <- err }()
		go func() { errs <- g.AsyncIO(nil, Writable, func() error { return nil }) }() //nolint:staticcheck // never ends
		go func() { errs <- r.Run(context.Background()) }()
		wakes := make(chan error, 2)
		if _, err := g.PollReadReady(WakerFunc(func() {
			_, err := g.PollReadReady(new(countingWaker))
			wakes <- err
		})); err != ErrPending {
			t.Fatal(err)
		}
		if _, err := bystander.PollReadReady(WakerFunc(func() { wakes <- bystander.Deregister() })); err != ErrPending {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := <-errs; err != ErrShutdown || !errors.Is(err, os.ErrClosed) {
				t.Errorf("a waiter got %v", err)
			}
		}
		got := []error{<-wakes, <-wakes}
		if got[0] == nil {
			got[0], got[1] = got[1], got[0]
		}
		if got[0] != ErrShutdown || got[1] != nil {
			t.Errorf("wakers got %v", got)
		}
		ended(t, g, ErrShutdown)
		ended(t, gone, ErrDeregistered)
		if _, err := r.RegisterHandle(6, Readable); err != ErrShutdown {
			t.Errorf("register: %v", err)
		}
		if _, err := r.Turn(-1); err != ErrShutdown {
			t.Errorf("turn: %v", err)
		}
		if err := r.Wake(); err != ErrShutdown {
			t.Errorf("wake: %v", err)
		}
		if err := r.Run(context.Background()); err != ErrShutdown {
			t.Errorf("run: %v", err)
		}
		if err := r.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
		if err := g.Deregister(); err != nil {
			t.Errorf("deregister after Close: %v", err)
		}
	})
}

// Reregister changes what is watched, and who waits for what is watched no
// longer is told.
func TestReregister(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		g := register(t, r, 3, Readable|Writable)
		errs := make(chan error, 1)
		go func() { _, err := g.Readiness(context.Background(), Writable); errs <- err }()
		synctest.Wait()
		if err := g.Reregister(Readable); err != nil {
			t.Fatal(err)
		}
		if err := <-errs; !errors.Is(err, os.ErrInvalid) {
			t.Errorf("waiting for what is not watched: %v", err)
		}
		if got := p.handles[3].interest; got != Readable {
			t.Errorf("the poller was told %v", got)
		}
		if _, err := g.PollWriteReady(new(countingWaker)); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("poll for what is not watched: %v", err)
		}
		if err := g.Reregister(Writable); err != nil {
			t.Fatal(err)
		}
		p.post(3, ReadyWritable)
		turn(t, r)
		if _, err := g.PollWriteReady(new(countingWaker)); err != nil {
			t.Error(err)
		}
	})
}

// Arguments that have no meaning are errors, and cost nobody anything.
func TestBadInput(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable|Writable)
	var w countingWaker
	if _, err := g.PollReadReady(&w); err != ErrPending {
		t.Fatal(err)
	}
	op := func() error { t.Error("op was called"); return nil }
	ctx := context.Background()
	var err error
	for name, f := range map[string]func(){
		"PollReadReady, nil waker":  func() { _, err = g.PollReadReady(nil) },
		"PollWriteReady, nil waker": func() { _, err = g.PollWriteReady(nil) },
		"PollReadIO, nil waker":     func() { err = g.PollReadIO(nil, op) },
		"PollReadIO, nil op":        func() { err = g.PollReadIO(&w, nil) },
		"PollWriteIO, nil op":       func() { err = g.PollWriteIO(&w, nil) },
		"PollIO, no direction":      func() { err = g.PollIO(2, &w, op) },
		"TryIO, nil op":             func() { err = g.TryIO(Readable, nil) },
		"TryIO, no interest":        func() { err = g.TryIO(0, op) },
		"TryIO, unknown interest":   func() { err = g.TryIO(8, op) },
		"TryIO, not watched":        func() { err = g.TryIO(Priority, op) },
		"AsyncIO, nil op":           func() { err = g.AsyncIO(ctx, Readable, nil) },
		"AsyncIO, no interest":      func() { err = g.AsyncIO(ctx, 0, op) },
		"AsyncIO, not watched":      func() { err = g.AsyncIO(ctx, Priority, op) },
		"Readiness, no interest":    func() { _, err = g.Readiness(ctx, 0) },
		"Readiness, unknown":        func() { _, err = g.Readiness(ctx, 0x80|Readable) },
		"Readiness, not watched":    func() { _, err = g.Readiness(ctx, Priority) },
		"Reregister, no interest":   func() { err = g.Reregister(0) },
		"Reregister, unknown":       func() { err = g.Reregister(0xff) },
		"Register, nil":             func() { _, err = r.Register(nil, Readable) },
		"RegisterHandle, nothing":   func() { _, err = r.RegisterHandle(9, 0) },
		"RegisterHandle, unknown":   func() { _, err = r.RegisterHandle(9, 0x10) },
	} {
		err = nil
		f()
		if !errors.Is(err, os.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.RegisterHandle(3, Readable); !errors.Is(err, platform.ErrExists) {
		t.Errorf("registered twice: %v", err)
	}
	p.post(3, ReadyReadable)
	turn(t, r)
	if w.count() != 1 {
		t.Error("bad input cost the waker its wake")
	}
	if got := r.Stats(); got.Live != 1 {
		t.Errorf("%+v", got)
	}
	WakerFunc(nil).Wake()
	if _, err := New(nil, WithTrace(nil), WithPoller(newFakePoller()), WithSpin(-1), WithBudget(-1)); err != nil {
		t.Error(err)
	}
}
