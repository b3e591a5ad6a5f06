package platformtest

import (
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

var timerfds = []behaviour{
	{"Expires", timerfdExpires},
	{"Periodic", timerfdPeriodic},
}

func (r *rig) timerfd() *sock {
	r.Helper()
	return r.own(nonBlocking(unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_CLOEXEC)))
}

// set sets a timerfd.
func (s *sock) set(first, period time.Duration) {
	s.r.Helper()
	s.need("timerfd_settime", unix.TimerfdSettime(int(s.h), 0, &unix.ItimerSpec{
		Value:    unix.NsecToTimespec(int64(first)),
		Interval: unix.NsecToTimespec(int64(period)),
	}, nil))
}

// An expiry is an arrival, and not one before it.
func timerfdExpires(r *rig) {
	for _, m := range everyMode {
		s := r.timerfd()
		r.never[1] = platform.AllReady &^ readable
		r.add(s, 1, platform.Readable|platform.Writable, m)
		r.quiet()
		start := time.Now()
		s.set(3*time.Millisecond, 0)
		r.await(1, readable)
		if took := time.Since(start); took < 3*time.Millisecond {
			r.Errorf("a timer of 3ms is reported after %v", took)
		}
		s.read(8)
		r.delete(s)
	}
}

// Each expiry is an edge. The kernel starts the next period when the one before
// it was read.
func timerfdPeriodic(r *rig) {
	s := r.timerfd()
	r.add(s, 1, platform.Readable, platform.Edge)
	s.set(time.Millisecond, time.Millisecond)
	for range 5 {
		r.await(1, readable)
		s.read(8)
	}
}
