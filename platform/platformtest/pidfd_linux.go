package platformtest

import (
	"syscall"

	"github.com/rouse-io/rouse/platform"
)

var pidfds = []behaviour{{"Exit", pidfdExit}}

// A child that has exited is readable, and stays so when it was reaped.
func pidfdExit(r *rig) {
	pidfd := -1
	c := newChild(r.T)
	c.SysProcAttr = &syscall.SysProcAttr{PidFD: &pidfd}
	c.start(r.T)
	if pidfd < 0 {
		r.Skip("this kernel has no pidfd")
	}
	s := r.own(nonBlocking(pidfd, nil))
	r.never[1] = priority | failed
	r.add(s, 1, platform.Readable, platform.Edge)
	r.quiet()
	c.end(r.T)
	r.await(1, readable)
	r.modify(s, 1, platform.Readable, platform.Level)
	r.await(1, readable)
	c.reap(r.T)
	r.await(1, readable)
	r.delete(s)
	r.add(s, 1, platform.Readable, platform.Edge)
	r.await(1, readable)
}
