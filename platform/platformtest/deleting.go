package platformtest

import (
	"math"

	"github.com/rouse-io/rouse/platform"
)

var deleting = []behaviour{
	{"Silent", deleteSilent},
	{"Unknown", deleteUnknown},
	{"Twice", deleteTwice},
	{"AfterHandleClosed", deleteAfterHandleClosed},
	{"NotPollable", deleteNotPollable},
	{"NumberReused", deleteNumberReused},
}

// A handle whose Delete has returned is not reported by any Wait that begins
// after it, though it was ready and not yet reported.
func deleteSilent(r *rig) {
	for _, m := range everyMode {
		a, b := r.tcpPair()
		b.write("x")
		r.add(a, 1, platform.Readable|platform.Writable, m)
		r.delete(a)
		r.quiet()
		b.write("y")
		b.close()
		r.quiet()
	}
}

func deleteUnknown(r *rig) {
	check := r.bystander()
	a := r.udp()
	r.refused(r.Delete(a.h), "delete", a.h, platform.ErrNotFound)
	check()
}

func deleteTwice(r *rig) {
	check := r.bystander()
	a := r.udp()
	r.add(a, 1, platform.Readable, platform.Edge)
	r.delete(a)
	r.refused(r.Delete(a.h), "delete", a.h, platform.ErrNotFound)
	check()
}

// Closing a descriptor removes it.
func deleteAfterHandleClosed(r *rig) {
	check := r.bystander()
	a := r.udp()
	r.add(a, 1, platform.Readable, platform.Edge)
	a.close()
	r.refused(r.Delete(a.h), "delete", a.h, platform.ErrNotFound)
	check()
}

// What cannot be polled was never added.
func deleteNotPollable(r *rig) {
	for _, h := range strangeHandles(r) {
		r.refused(r.Delete(h), "delete", h, platform.ErrNotFound)
	}
}

// A new handle that gets the number of a deleted one has nothing of it.
func deleteNumberReused(r *rig) {
	a, b := r.udpPair()
	r.never[1] = platform.AllReady
	r.add(a, 1, platform.Readable, platform.Level)
	b.write("x")
	r.delete(a)
	a.close()
	c := r.udp()
	for range 64 {
		if c.h == a.h {
			break
		}
		c = r.udp()
	}
	if c.h != a.h {
		r.Skipf("this system does not use handle %#x again soon", a.h)
	}
	r.add(c, 2, platform.Writable, platform.Edge)
	r.await(2, platform.ReadyWritable)
	r.quiet()
}

// strangeHandles are what no poller can have been given.
func strangeHandles(r *rig) []platform.Handle {
	r.Helper()
	return []platform.Handle{platform.NoHandle, minus(5), math.MaxInt32, 1 << 31, r.file()}
}
