package platformtest

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/platform"
)

var closing = []behaviour{
	{"Everything", closeEverything},
	{"WhileWaiting", closeWhileWaiting},
	{"AboutToWait", closeAboutToWait},
	{"EventsPending", closeEventsPending},
	{"Twice", closeTwice},
	{"HandlesStayOpen", closeHandlesStayOpen},
	{"Stress", closeStress},
	{"Unused", closeUnused},
	{"NoLeak", closeNoLeak},
}

// After Close every method says ErrClosed, which is os.ErrClosed, whatever its
// arguments are, and so it stays.
func closeEverything(r *rig) {
	a, _ := r.udpPair()
	b, _ := r.udpPair()
	r.add(a, 1, platform.Writable, platform.Level)
	r.wake()
	r.closePoller()
	for _, kind := range []error{platform.ErrClosed, os.ErrClosed} {
		r.refused(r.Add(b.h, 1, platform.Readable, platform.Edge), "add", b.h, kind)
		r.refused(r.Modify(a.h, 1, platform.Readable, platform.Edge), "modify", a.h, kind)
		r.refused(r.Rearm(a.h, 1, platform.Readable), "rearm", a.h, kind)
		r.refused(r.Delete(a.h), "delete", a.h, kind)
		for _, d := range []time.Duration{-1, 0, time.Nanosecond, time.Hour} {
			n, err := r.Wait(r.batch, d)
			r.refused(err, "wait", platform.NoHandle, kind)
			if n != 0 {
				r.Errorf("a closed poller reports %d events", n)
			}
		}
		r.refused(r.Add(platform.NoHandle, 1, 0, 0xff), "add", platform.NoHandle, kind)
		r.refused(r.Modify(platform.NoHandle, 1, 0, 0xff), "modify", platform.NoHandle, kind)
		r.refused(r.Rearm(platform.NoHandle, 1, 0), "rearm", platform.NoHandle, kind)
		r.refused(r.Delete(platform.NoHandle), "delete", platform.NoHandle, kind)
		_, err := r.Wait(nil, -1)
		r.refused(err, "wait", platform.NoHandle, kind)
		r.refused(r.Wake(), "wake", platform.NoHandle, kind)
		r.refused(r.Close(), "close", platform.NoHandle, kind)
	}
}

// Close ends a Wait that is under way.
func closeWhileWaiting(r *rig) {
	for _, d := range []time.Duration{-1, time.Hour} {
		for range r.rounds(50) {
			r := newRig(r.T, r.subject)
			w := r.waiting(d)
			r.closePoller()
			r.refused(w.end(), "wait", platform.NoHandle, platform.ErrClosed)
		}
	}
}

// Close ends a Wait, too, that begins at the same moment.
func closeAboutToWait(r *rig) {
	for range r.rounds(200) {
		r := newRig(r.T, r.subject)
		w := r.aboutToWait(-1)
		r.closePoller()
		r.refused(w.end(), "wait", platform.NoHandle, platform.ErrClosed)
	}
}

// A poller that is closed reports nothing more.
func closeEventsPending(r *rig) {
	for range 10 {
		a, _ := r.udpPair()
		r.add(a, 1, platform.Writable, platform.Level)
	}
	r.wake()
	r.closePoller()
	n, err := r.Wait(r.batch, 0)
	r.refused(err, "wait", platform.NoHandle, platform.ErrClosed)
	if n != 0 {
		r.Errorf("a closed poller reports %d events", n)
	}
}

// Of many that close, one closes.
func closeTwice(r *rig) {
	for range r.rounds(50) {
		r := newRig(r.T, r.subject)
		w := r.waiting(-1)
		var first atomic.Int32
		tasks := make([]*task, 4)
		for i := range tasks {
			tasks[i] = r.spawn(func() error {
				err := r.Close()
				if err == nil {
					first.Add(1)
				} else if !errors.Is(err, platform.ErrClosed) {
					return err
				}
				return nil
			})
		}
		for _, t := range tasks {
			t.join()
		}
		r.refused(w.end(), "wait", platform.NoHandle, platform.ErrClosed)
		if first.Load() != 1 {
			r.Fatalf("%d calls of Close were the first", first.Load())
		}
	}
}

// The handles belong to the caller, and go on.
func closeHandlesStayOpen(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	r.closePoller()
	b.write("x")
	a.await(1)
	again := newRig(r.T, r.subject)
	again.add(a, 2, platform.Readable, platform.Edge)
	b.write("y")
	again.await(2, readable)
}

// Close is safe while every other method is called. Calls that have begun end
// well, later ones are ErrClosed, and none touches a handle that has got the
// number of one that the poller closed.
func closeStress(r *rig) {
	for range r.rounds(40) {
		r := newRig(r.T, r.subject)
		var tasks []*task
		var calls atomic.Int32
		var closed atomic.Bool
		loop := func(f func() error) {
			tasks = append(tasks, r.spawn(func() error {
				for {
					runtime.Gosched()
					late := closed.Load()
					err := f()
					calls.Add(1)
					switch {
					case errors.Is(err, platform.ErrClosed):
						return nil
					case err != nil:
						return err
					case late:
						return errors.New("a call after Close has no error")
					}
				}
			}))
		}
		a, b := r.udp(), r.udp()
		r.add(b, 2, platform.Readable, platform.Edge)
		loop(func() error {
			if err := r.Add(a.h, 1, platform.Readable, platform.Edge); err != nil {
				return err
			}
			return r.Delete(a.h)
		})
		loop(func() error { return r.Modify(b.h, 2, platform.Readable, platform.Level) })
		loop(func() error { return r.Rearm(b.h, 2, platform.Readable) })
		loop(r.Wake)
		loop(func() error {
			_, err := r.Wait(r.batch, -1)
			return err
		})
		for end := time.Now().Add(patience); calls.Load() < 200 && time.Now().Before(end); {
			runtime.Gosched()
		}
		r.closePoller()
		closed.Store(true)
		var heirs []*sock
		for range 4 {
			s, peer := r.udpPair()
			heirs = append(heirs, s, peer)
		}
		for _, t := range tasks {
			t.join()
		}
		for _, s := range heirs {
			s.wouldBlock()
		}
		for _, s := range append(heirs, a, b) { // or the rounds would leave more open than some processes may
			s.close()
		}
	}
}

// A poller that was never used can be closed.
func closeUnused(r *rig) {
	r.closePoller()
	r.refused(r.Close(), "close", platform.NoHandle, platform.ErrClosed)
}

// Opening and closing leaves no descriptor behind, whatever was done between.
func closeNoLeak(r *rig) {
	if _, ok := openDescriptors(); !ok {
		r.Skip("this system does not list a process's descriptors")
	}
	use := func() {
		r := newRig(r.T, r.subject)
		a, b := r.udpPair()
		r.add(a, 1, platform.Readable, platform.Edge)
		b.write("x")
		r.await(1, readable)
		r.wake()
		r.woken()
		w := r.waiting(-1)
		r.closePoller()
		r.refused(w.end(), "wait", platform.NoHandle, platform.ErrClosed)
		a.close()
		b.close()
	}
	use() // Go's runtime opens some of its own, once
	before, _ := openDescriptors()
	for range 20 {
		use()
	}
	if after, _ := openDescriptors(); after != before {
		r.Fatalf("%d descriptors are open, %d were before", after, before)
	}
}
