//go:build unix

package platformtest

import (
	"errors"
	"os"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

var misuses = []behaviour{
	{"DescriptorClosed", descriptorClosed},
	{"DescriptorClosedWaiting", descriptorClosedWaiting},
}

// exposed opens a poller of which it knows the descriptor: the lowest number
// that is free is always taken, and a poller begins with what it waits for.
func (r *rig) exposed() (*rig, *sock) {
	r.Helper()
	if r.played {
		r.Skip("what plays the kernel has descriptors of its own")
	}
	free := r.udp()
	free.close()
	x := newRig(r.T, r.subject)
	x.refused(x.Add(free.h, 1, platform.Readable, platform.Edge), "add", free.h, platform.ErrNotPollable)
	return x, &sock{r: r, h: free.h, closed: true}
}

// isLost checks what is left of a poller whose descriptor is closed: errors.
func (r *rig) isLost(s *sock) {
	r.Helper()
	for _, timeout := range []time.Duration{0, -1, time.Hour} {
		n, err := r.Wait(r.batch, timeout)
		r.bad(err, "wait", platform.NoHandle)
		if n != 0 {
			r.Errorf("a poller without its descriptor reports %d events", n)
		}
	}
	r.bad(r.Add(s.h, 2, platform.Readable, platform.Edge), "add", s.h)
	r.bad(r.Close(), "close", platform.NoHandle)
	r.refused(r.Close(), "close", platform.NoHandle, platform.ErrClosed)
}

// bad checks that an error is EBADF from a system call.
func (r *rig) bad(err error, op string, h platform.Handle) {
	r.Helper()
	r.refused(err, op, h, unix.EBADF)
	if _, ok := errors.AsType[*os.SyscallError](err); !ok {
		r.Errorf("%v: has no *os.SyscallError", err)
	}
}

// Who closes a poller's descriptor behind its back gets errors: no Wait hangs,
// and none comes back at once without an error.
func descriptorClosed(r *rig) {
	a, _ := r.udpPair()
	s, _ := r.udpPair()
	r, own := r.exposed()
	r.add(a, 1, platform.Writable, platform.Level)
	own.need("close", closeHandle(own.h))
	r.isLost(s)
}

// While somebody waits, too. Some systems end that Wait, with the error; others
// keep what it waits for until it has ended.
func descriptorClosedWaiting(r *rig) {
	a, b := r.udpPair()
	s, _ := r.udpPair()
	r, own := r.exposed()
	r.add(a, 1, platform.Readable, platform.Edge)
	w := r.waiting(-1)
	own.need("close", closeHandle(own.h))
	b.write("x")
	if err := w.end(); err != nil {
		r.bad(err, "wait", platform.NoHandle)
	} else {
		w.reports(1, readable)
	}
	r.isLost(s)
}
