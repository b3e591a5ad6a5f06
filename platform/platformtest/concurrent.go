package platformtest

import "github.com/rouse-io/rouse/platform"

var concurrent = []behaviour{
	{"Add", concurrentAdd},
	{"AddReady", concurrentAddReady},
	{"Modify", concurrentModify},
	{"Rearm", concurrentRearm},
	{"Delete", concurrentDelete},
	{"Busy", concurrentBusy},
	{"Pollers", concurrentPollers},
	{"Stress", stress},
}

// A handle that is added while a goroutine waits is reported by that same Wait,
// when it becomes ready.
func concurrentAdd(r *rig) {
	for _, m := range everyMode {
		a, b := r.udpPair()
		w := r.waiting(-1)
		r.add(a, 1, platform.Readable, m)
		b.write("x")
		w.reports(1, readable)
		r.delete(a)
	}
}

// So is one that is ready already.
func concurrentAddReady(r *rig) {
	for _, m := range everyMode {
		a, _ := r.udpPair()
		w := r.waiting(-1)
		r.add(a, 1, platform.Writable, m)
		w.reports(1, writable)
		r.delete(a)
	}
}

// What Modify makes ready is reported by the Wait that is under way.
func concurrentModify(r *rig) {
	for _, m := range everyMode {
		a, _ := r.udpPair()
		r.add(a, 1, platform.Readable, m)
		w := r.waiting(-1)
		r.modify(a, 2, platform.Writable, m)
		w.reports(2, writable)
		r.delete(a)
	}
}

// So is what Rearm asks for.
func concurrentRearm(r *rig) {
	a, b := r.udpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	for range 10 {
		b.write("x")
		r.await(1, readable)
		a.drain()
		w := r.waiting(-1)
		r.rearm(a, 1, platform.Readable)
		b.write("y")
		w.reports(1, readable)
		a.drain()
		r.rearm(a, 1, platform.Readable)
	}
}

// What is deleted while a goroutine waits is reported no more, though it
// becomes ready.
func concurrentDelete(r *rig) {
	for _, m := range everyMode {
		a, b := r.udpPair()
		r.add(a, 1, platform.Readable, m)
		w := r.waiting(-1)
		r.delete(a)
		b.write("x")
		r.wake()
		w.reportsNothing()
		r.quiet()
	}
}

// One goroutine waits at a time. A second Wait fails at once, reports nothing,
// and leaves the first as it was, with its wake.
func concurrentBusy(r *rig) {
	a, b := r.udpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	for range 10 {
		w := r.waiting(-1)
		second := func() error {
			n, err := r.Wait(r.batch, -1)
			if n != 0 {
				r.Errorf("a second Wait reports %d events", n)
			}
			return err
		}
		r.refused(second(), "wait", platform.NoHandle, platform.ErrBusy)
		if p, ok := r.Poller.(platform.Parker); ok && p.CanPark() {
			_, err := p.Park(r.batch, -1)
			r.refused(err, "wait", platform.NoHandle, platform.ErrBusy)
		}
		b.write("x")
		w.reports(1, readable)
		a.drain()
		r.rearm(a, 1, platform.Readable)
	}
}

// One handle can be added to two pollers, which do not disturb each other.
func concurrentPollers(r *rig) {
	other := newRig(r.T, r.subject)
	a, b := r.udpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	other.add(a, 2, platform.Readable, platform.Edge)
	b.write("x")
	r.await(1, readable)
	other.await(2, readable)
	r.delete(a)
	a.drain()
	other.rearm(a, 2, platform.Readable)
	b.write("y")
	other.await(2, readable)
	r.quiet()
}
