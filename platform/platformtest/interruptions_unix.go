//go:build unix

package platformtest

import (
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

var interruptions = []behaviour{
	{"KeepsTime", interruptTimed},
	{"KeepsWaiting", interruptEndless},
}

// interrupted waits on a thread of its own, to which it sends signals all the
// time, until the Wait has ended or stop has.
func (r *rig) interrupted(timeout time.Duration, stop func(signals int)) *waiter {
	r.Helper()
	// Signals that nobody asked for are dropped without an interruption.
	got := make(chan os.Signal, 1)
	signal.Notify(got, unix.SIGWINCH, unix.SIGURG)
	defer signal.Stop(got)
	thread := make(chan int, 1)
	w := &waiter{events: make([]platform.Event, 8)}
	w.task = r.spawn(func() (err error) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		thread <- threadID()
		w.n, err = r.Wait(w.events, timeout)
		return err
	})
	id := <-thread
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	end := time.Now().Add(patience)
	for i := 0; !w.over(); i++ {
		if time.Now().After(end) {
			r.Fatal("Wait does not end while signals come")
		}
		if err := interrupt(id, []unix.Signal{unix.SIGWINCH, unix.SIGURG}[i%2]); err != nil {
			r.Fatalf("cannot send a signal: %v", err)
		}
		<-tick.C
		stop(i)
	}
	return w
}

// Signals neither end a Wait early nor prolong it for ever (facts/pitfalls 21).
func interruptTimed(r *rig) {
	for _, d := range []time.Duration{5 * time.Millisecond, 30 * time.Millisecond} {
		start := time.Now()
		w := r.interrupted(d, func(int) {})
		w.reportsNothing()
		if took := time.Since(start); took < d {
			r.Errorf("Wait for %v has ended after %v", d, took)
		}
	}
}

// Signals are not reported as anything, and no event is lost because of them.
func interruptEndless(r *rig) {
	a, b := r.udpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	w := r.interrupted(-1, func(signals int) {
		if signals == 20 {
			b.write("x")
		}
	})
	w.reports(1, readable)
	a.drain()
	r.rearm(a, 1, platform.Readable)
	w = r.interrupted(-1, func(signals int) {
		if signals == 20 {
			r.wake()
		}
	})
	w.reportsNothing()
}
