package platformtest

import "github.com/rouse-io/rouse/platform"

var modifying = []behaviour{
	{"Token", modifyToken},
	{"Interest", modifyInterest},
	{"ReportsAnew", modifyReportsAnew},
	{"Unknown", modifyUnknown},
	{"AfterDelete", modifyAfterDelete},
	{"AfterHandleClosed", modifyAfterHandleClosed},
	{"NotPollable", modifyNotPollable},
	{"NeverConnected", modifyNeverConnected},
}

// Modify replaces the token: the old one is not reported any more, though the
// handle was ready under it.
func modifyToken(r *rig) {
	for _, m := range everyMode {
		a, b := r.tcpPair()
		r.add(a, 1, platform.Readable, m)
		b.write("x")
		r.modify(a, 2, platform.Readable, m)
		r.never[1] = platform.AllReady
		r.await(2, platform.ReadyReadable)
		r.delete(a)
	}
}

// Modify replaces the interest.
func modifyInterest(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Level)
	r.quiet()
	r.modify(a, 1, platform.Writable, platform.Level)
	r.await(1, platform.ReadyWritable)
	r.modify(a, 1, platform.Readable, platform.Level)
	r.quiet()
	b.write("x")
	r.await(1, platform.ReadyReadable)
	r.modify(a, 1, platform.Readable|platform.Writable, platform.Level)
	r.await(1, platform.ReadyReadable|platform.ReadyWritable)
}

// Modify reports anew what holds, with the same arguments too.
func modifyReportsAnew(r *rig) {
	for _, m := range everyMode {
		a, b := r.tcpPair()
		b.write("x")
		r.add(a, 1, platform.Readable, m)
		for range 3 {
			r.await(1, platform.ReadyReadable)
			r.modify(a, 1, platform.Readable, m)
		}
		r.delete(a)
		r.quiet()
	}
}

func modifyUnknown(r *rig) {
	check := r.bystander()
	a, _ := r.udpPair()
	for _, m := range everyMode {
		r.refused(r.Modify(a.h, 1, platform.Writable, m), "modify", a.h, platform.ErrNotFound)
	}
	r.quiet()
	check()
}

func modifyAfterDelete(r *rig) {
	a, _ := r.udpPair()
	r.add(a, 1, platform.Writable, platform.Level)
	r.delete(a)
	r.refused(r.Modify(a.h, 1, platform.Writable, platform.Level), "modify", a.h, platform.ErrNotFound)
	r.quiet()
}

// Closing a descriptor removes it.
func modifyAfterHandleClosed(r *rig) {
	check := r.bystander()
	a := r.udp()
	r.add(a, 1, platform.Readable, platform.Edge)
	a.close()
	r.refused(r.Modify(a.h, 1, platform.Readable, platform.Edge), "modify", a.h, platform.ErrNotFound)
	check()
}

// What cannot be polled was never added.
func modifyNotPollable(r *rig) {
	for _, h := range strangeHandles(r) {
		r.refused(r.Modify(h, 1, platform.Readable, platform.Edge), "modify", h, platform.ErrNotFound)
	}
}

// While a never connected socket is modified, a Wait under way must not call it
// closed, whether it sees the old registration or the new one.
func modifyNeverConnected(r *rig) {
	a := r.tcp()
	r.never[1], r.never[2] = platform.ReadyFinal, platform.ReadyFinal
	r.add(a, 1, platform.Readable, platform.Level)
	interests := []platform.Interest{platform.Readable, platform.Readable | platform.Writable}
	changes := r.spawn(func() error {
		for i := range r.rounds(2000) {
			if err := r.Modify(a.h, platform.Token(1+i%2), interests[i/2%2], platform.Level); err != nil {
				return err
			}
		}
		return nil
	})
	for !changes.over() {
		r.collect(0)
	}
	changes.join()
}
