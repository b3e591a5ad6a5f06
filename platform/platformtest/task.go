package platformtest

import (
	"errors"
	"runtime"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A task is a goroutine of a test. Only the test's own goroutine may end the
// test, so a task returns its error.
type task struct {
	r    *rig
	done chan struct{}
	err  error // once done is closed
}

func (r *rig) spawn(f func() error) *task {
	t := &task{r: r, done: make(chan struct{})}
	go func() {
		defer close(t.done)
		t.err = f()
	}()
	return t
}

// over reports whether the task has ended.
func (t *task) over() bool {
	select {
	case <-t.done:
		return true
	default:
		return false
	}
}

// end waits for the task and returns its error.
func (t *task) end() error {
	t.r.Helper()
	hang := time.NewTimer(patience)
	defer hang.Stop()
	select {
	case <-t.done:
		return t.err
	case <-hang.C:
		t.r.Fatal("a goroutine hangs")
		return nil
	}
}

// join waits for the task, which must have no error.
func (t *task) join() {
	t.r.Helper()
	if err := t.end(); err != nil {
		t.r.Fatal(err)
	}
}

// A waiter is a task that waits in the rig's poller.
type waiter struct {
	*task
	events []platform.Event
	n      int
}

// waiting starts a Wait and returns when it is under way.
func (r *rig) waiting(timeout time.Duration) *waiter {
	r.Helper()
	w := r.aboutToWait(timeout)
	// The poller says that it is busy as soon as somebody waits. A look that
	// comes too early keeps the waiter out for a moment, which tries again.
	for end := time.Now().Add(patience); ; {
		_, err := r.Wait(r.batch[:1], 0)
		if errors.Is(err, platform.ErrBusy) || errors.Is(err, platform.ErrClosed) || w.over() {
			return w
		}
		if err != nil || time.Now().After(end) {
			r.Fatalf("nobody waits: %v", err)
		}
		runtime.Gosched()
	}
}

// aboutToWait starts a Wait, which may not be under way yet.
func (r *rig) aboutToWait(timeout time.Duration) *waiter {
	w := &waiter{events: make([]platform.Event, 64)}
	w.task = r.spawn(func() error {
		for {
			n, err := r.Wait(w.events, timeout)
			if !errors.Is(err, platform.ErrBusy) {
				w.n = n
				return err
			}
			runtime.Gosched()
		}
	})
	return w
}

// reports checks that the Wait has ended with t alone, being at least want.
func (w *waiter) reports(t platform.Token, want platform.Ready) {
	w.r.Helper()
	w.join()
	w.r.keep(w.events, w.n)
	is := w.r.got[t]
	if w.n != 1 || !satisfies(is, want) {
		w.r.Fatalf("Wait reports %v, want token %#x, %v", w.events[:w.n], t, want)
	}
	delete(w.r.got, t)
}

// reportsNothing checks that the Wait has ended with no event.
func (w *waiter) reportsNothing() {
	w.r.Helper()
	w.join()
	if w.n != 0 {
		w.r.Fatalf("Wait reports %v, want nothing", w.events[:w.n])
	}
}
