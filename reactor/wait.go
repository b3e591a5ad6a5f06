package reactor

import (
	"runtime"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// wait waits in the poller, in the way that was chosen when the reactor was
// made.
//
// Parking, where it can be had, makes no system call that Go's scheduler must
// be told of. Blocking does, and the scheduler takes the P of a thread that
// blocks away only after a while, with the goroutines on it that were just
// woken: so they run first. A probe is a system call that can't block.
func (r *Reactor) wait(events []platform.Event, timeout time.Duration) (n int, err error) {
	// A wake that comes between the end of the wait and this one is answered by
	// the turn that ends now: a swap, so that its caller's writes are seen.
	defer r.woken.Swap(false)
	if timeout == 0 {
		return r.poller.Wait(events, 0)
	}
	if r.spin > 0 {
		start := time.Now()
		for {
			if n, err := r.poller.Wait(events, 0); n > 0 || err != nil || r.woken.Load() {
				return n, err
			}
			spent := time.Since(start)
			if timeout > 0 && spent >= timeout {
				return 0, nil
			}
			if spent >= r.spin {
				break
			}
		}
		if timeout > 0 {
			timeout = max(timeout-time.Since(start), 0)
		}
	}
	if r.parker != nil {
		return r.parker.Park(events, timeout)
	}
	// A probe may swallow a wake, which then does not end the next wait.
	if n, err := r.poller.Wait(events, 0); n > 0 || err != nil || r.woken.Load() {
		return n, err
	}
	runtime.Gosched()
	if n, err := r.poller.Wait(events, 0); n > 0 || err != nil || r.woken.Load() {
		return n, err
	}
	return r.poller.Wait(events, timeout)
}
