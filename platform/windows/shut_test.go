//go:build windows

package windows

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// Close while a goroutine waits for many sockets ends the Wait, and leaves
// nothing: neither in the middle of events, nor where none come. What happens to
// the sockets after that reaches nobody, a poller least of all that has got the
// handles of the one before.
func TestCloseArmed(t *testing.T) {
	const many = 100
	for _, busy := range []bool{false, true} {
		near, far := make([]platform.Handle, many), make([]platform.Handle, many)
		for i := range near {
			near[i], far[i] = udpPair(t)
		}
		newRig(t).shut()
		before := files(t)
		for range 3 {
			r := newRig(t)
			for i, h := range near {
				r.add(h, platform.Token(i), readable, platform.Level)
			}
			r.quiet()
			w := r.waiting(1)
			var writers sync.WaitGroup
			if busy {
				writers.Go(func() {
					for _, h := range far {
						_, _ = Write(h, []byte("x"))
					}
				})
			} else if c := r.census(); c.polls != many {
				t.Errorf("armed: %+v", c)
			}
			r.shut()
			if err := w.end(); err != nil {
				refused(t, err, "wait", platform.ErrClosed)
			} else if !busy {
				t.Error("Wait has no error")
			}
			writers.Wait()
			if after := files(t); after != before {
				t.Errorf("%d handles, before %d", after, before)
			}

			heir := newRig(t)
			s, peer := udpPair(t)
			heir.add(s, 7, readable, platform.Edge)
			for _, h := range far {
				write(t, h, "x")
			}
			heir.quiet()
			write(t, peer, "x")
			heir.await(7, isRead)
			heir.shut()
			closeSocket(t, s)
			closeSocket(t, peer)
			for _, h := range near {
				drain(t, h)
			}
		}
	}
}

// Close takes the packets of what was deleted, and of what was reported to
// nobody.
func TestCloseWithPackets(t *testing.T) {
	r := newRig(t)
	near, far := make([]platform.Handle, 3*groupSize), make([]platform.Handle, 3*groupSize)
	for i := range near {
		near[i], far[i] = udpPair(t)
		r.add(near[i], platform.Token(i), readable, platform.Edge)
	}
	r.quiet()
	for i, h := range near {
		write(t, far[i], "x")
		if i%2 == 0 {
			r.delete(h)
		}
	}
	refused(t, r.Add(near[1], 1, readable, platform.Edge), "add", platform.ErrExists)
	if c := r.census(); c.stash == 0 {
		t.Errorf("no packet was put aside: %+v", c)
	}
	need(t, r.Wake())
	r.shut()
}

// mainThread is the one that Go never ends.
var mainThread = windows.GetCurrentThreadId()

// onThread calls f on an OS thread that has ended when onThread returns.
func onThread(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	defer close(done)
	threads := make(chan windows.Handle)
	for {
		go func() {
			runtime.LockOSThread()
			id := windows.GetCurrentThreadId()
			if id == mainThread {
				threads <- 0
				<-done // and the next one gets another
				runtime.UnlockOSThread()
				return
			}
			h, err := windows.OpenThread(windows.SYNCHRONIZE, false, id)
			if err != nil {
				t.Error(err)
			}
			defer func() { threads <- h }()
			f()
		}()
		h := <-threads
		if h == 0 {
			continue
		}
		t.Cleanup(func() { _ = windows.CloseHandle(h) })
		if how, err := windows.WaitForSingleObject(h, uint32(patience/time.Millisecond)); how != windows.WAIT_OBJECT_0 {
			t.Fatalf("the thread goes on: %d, %v", how, err)
		}
		return
	}
}

// A poll outlives the OS thread that made it: Go ends threads as it likes.
func TestThreadGone(t *testing.T) {
	for _, waiting := range []bool{false, true} {
		r := newRig(t)
		a, b := udpPair(t)
		var w *waiter
		if waiting {
			w = r.waiting(8)
			onThread(t, func() { r.add(a, 1, readable, platform.Edge) }) // makes the poll
		} else {
			onThread(t, func() {
				r.add(a, 1, readable, platform.Edge)
				r.collect(8, 0) // makes the poll
			})
		}
		r.in(a, pending)
		write(t, b, "x")
		if waiting {
			w.reports(1, isRead)
		} else {
			r.await(1, isRead)
		}
	}
}

// So does one of a thread that opened the poller, and one that cancelled it.
func TestThreadGoneEverywhere(t *testing.T) {
	var r *rig
	a, b := udpPair(t)
	onThread(t, func() { r = newRig(t) })
	onThread(t, func() { r.add(a, 1, readable, platform.Edge) })
	onThread(t, func() { r.collect(8, 0) })
	onThread(t, func() { r.modify(a, 2, readable|platform.Priority, platform.Edge) })
	onThread(t, func() { r.collect(8, 0) })
	onThread(t, func() { write(t, b, "x") })
	onThread(t, func() { r.await(2, isRead) })
	onThread(t, func() { r.delete(a) })
	onThread(t, r.shut)
}
