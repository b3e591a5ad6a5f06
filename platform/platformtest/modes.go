package platformtest

import "github.com/rouse-io/rouse/platform"

// everyMode has all the modes.
var everyMode = []platform.Mode{platform.Edge, platform.Level, platform.OneShot}

var edges = []behaviour{
	{"Once", edgeOnce},
	{"Rearm", edgeRearm},
	{"PartialDrain", edgePartialDrain},
	{"NewArrival", edgeNewArrival},
	{"Writable", edgeWritable},
	{"OneDirection", edgeOneDirection},
	{"Priority", edgePriority},
	{"RearmUnknown", edgeRearmUnknown},
}

var levels = []behaviour{
	{"EveryWait", levelEveryWait},
	{"Writable", levelWritable},
	{"Rearm", levelRearm},
}

var oneShots = []behaviour{
	{"Once", oneShotOnce},
	{"Rearm", oneShotRearm},
	{"Modify", oneShotModify},
	{"StaysAdded", oneShotStaysAdded},
}

var modes = []behaviour{
	{"Change", modeChange},
	{"Mixed", modeMixed},
}

// An arrival is reported once.
func edgeOnce(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	r.quiet()
	b.write("x")
	r.await(1, platform.ReadyReadable)
	r.quiet()
}

// After would-block and Rearm the next arrival is reported, again and again.
func edgeRearm(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	for range 20 {
		b.write("x")
		r.await(1, platform.ReadyReadable)
		a.drain()
		a.wouldBlock()
		r.rearm(a, 1, platform.Readable)
		r.quiet()
	}
}

// Reading a part of what is there brings nothing: it is still ready, and that
// was said.
func edgePartialDrain(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	b.write("0123456789")
	r.await(1, platform.ReadyReadable)
	for range 3 {
		a.read(2)
		r.quiet()
	}
	a.drain()
	r.rearm(a, 1, platform.Readable)
	r.quiet()
	b.write("x")
	r.await(1, platform.ReadyReadable)
}

// Where the kernel has edges, a new arrival is reported though the one before
// it was not read. Where the adapter makes them it is not, until Rearm.
func edgeNewArrival(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	b.write("first")
	r.await(1, platform.ReadyReadable)
	for range 3 {
		b.write("next")
		if r.hasEdges {
			r.await(1, platform.ReadyReadable)
		}
		r.quiet()
	}
	if !r.hasEdges {
		r.rearm(a, 1, platform.Readable)
		r.await(1, platform.ReadyReadable)
	}
}

// A writer that filled its buffers hears when there is room again.
func edgeWritable(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Writable, platform.Edge)
	r.await(1, platform.ReadyWritable)
	r.quiet()
	for range 3 {
		a.fill()
		r.rearm(a, 1, platform.Writable)
		// The peer's window opens as it reads, bit by bit.
		r.awaitWhile(1, platform.ReadyWritable, func() { b.drain() }, r.glance())
	}
}

// A direction that was not asked for any more, by Rearm of the other one, must
// not be reported again and again: that would be a busy loop for a reader
// whose socket is writable.
func edgeOneDirection(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable|platform.Writable, platform.Edge)
	r.await(1, platform.ReadyWritable)
	for range 3 {
		a.wouldBlock()
		r.rearm(a, 1, platform.Readable)
		r.quiet()
	}
	b.write("x")
	r.await(1, platform.ReadyReadable)
}

// TCP's urgent byte is priority data, and not an end or an error.
func edgePriority(r *rig) {
	if !r.hasPriority {
		r.Skip("this system has no way to watch for priority data")
	}
	a, b := r.tcpPair()
	r.never[1] = platform.ReadyFinal | platform.ReadyError
	r.add(a, 1, platform.Priority, platform.Edge)
	r.quiet()
	b.need("send urgent", sendUrgent(b.h, '!'))
	r.await(1, platform.ReadyPriority)
	r.quiet()
}

// Rearm may know nothing of a handle, but then it also does nothing.
func edgeRearmUnknown(r *rig) {
	check := r.bystander()
	a, _ := r.udpPair()
	if err := r.Rearm(a.h, 1, platform.Writable); err != nil {
		r.refused(err, "rearm", a.h, platform.ErrNotFound)
	}
	r.quiet()
	check()
}

// What holds is reported by every Wait, and not any more when it ends.
func levelEveryWait(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Level)
	r.quiet()
	for range 3 {
		b.write("0123456789")
		for range 3 {
			r.await(1, platform.ReadyReadable)
		}
		a.read(2)
		r.await(1, platform.ReadyReadable)
		a.drain()
		r.quiet()
	}
}

func levelWritable(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Writable, platform.Level)
	for range 3 {
		r.await(1, platform.ReadyWritable)
	}
	// The kernel takes more for a while, as it moves what was written to the
	// peer.
	for {
		a.fill()
		if r.collect(r.glance()) == 0 {
			break
		}
	}
	delete(r.got, 1)
	r.awaitWhile(1, platform.ReadyWritable, func() { b.drain() }, r.glance())
}

// Rearm is of no use in Level mode, and does no harm.
func levelRearm(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Level)
	r.rearm(a, 1, platform.Readable)
	r.quiet()
	b.write("x")
	r.await(1, platform.ReadyReadable)
	r.rearm(a, 1, platform.Readable)
	r.await(1, platform.ReadyReadable)
	r.await(1, platform.ReadyReadable)
}

// One Event in all, whatever holds and whatever comes after it.
func oneShotOnce(r *rig) {
	a, b := r.tcpPair()
	b.write("x")
	r.add(a, 1, platform.Readable|platform.Writable, platform.OneShot)
	r.await(1, 0)
	r.quiet()
	b.write("y")
	r.quiet()
	a.drain()
	r.quiet()
	b.write("z")
	r.quiet()
}

func oneShotRearm(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.OneShot)
	b.write("x")
	r.await(1, platform.ReadyReadable)
	a.drain()
	for range 3 {
		r.rearm(a, 1, platform.Readable)
		b.write("y")
		r.quiet()
	}
}

func oneShotModify(r *rig) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.OneShot)
	for range 3 {
		r.quiet()
		b.write("x")
		r.await(1, platform.ReadyReadable)
		r.quiet()
		a.drain()
		r.modify(a, 1, platform.Readable, platform.OneShot)
	}
	b.write("x")
	r.await(1, platform.ReadyReadable)
	r.modify(a, 2, platform.Readable|platform.Writable, platform.OneShot)
	r.await(2, 0)
	r.quiet()
}

// A handle whose shot was fired is still there.
func oneShotStaysAdded(r *rig) {
	a, _ := r.tcpPair()
	r.add(a, 1, platform.Writable, platform.OneShot)
	r.await(1, platform.ReadyWritable)
	r.refused(r.Add(a.h, 2, platform.Writable, platform.OneShot), "add", a.h, platform.ErrExists)
	r.quiet()
	r.delete(a)
	r.add(a, 3, platform.Writable, platform.OneShot)
	r.await(3, platform.ReadyWritable)
}

// Modify changes from each mode to each mode, also after a shot was fired.
func modeChange(r *rig) {
	for _, from := range everyMode {
		for _, to := range everyMode {
			for _, fired := range []bool{false, true} {
				a, b := r.tcpPair()
				r.add(a, 1, platform.Readable, from)
				if fired {
					b.write("x")
					r.await(1, platform.ReadyReadable)
					a.drain()
				}
				r.modify(a, 2, platform.Readable, to)
				r.quiet()
				b.write("y")
				r.await(2, platform.ReadyReadable)
				if to == platform.Level {
					r.await(2, platform.ReadyReadable)
				} else {
					r.quiet()
				}
				r.delete(a)
			}
		}
	}
}

// Handles of all modes, side by side, each keep to their own.
func modeMixed(r *rig) {
	var socks [3]*sock
	for i, m := range everyMode {
		a, b := r.udpPair()
		r.add(a, platform.Token(m), platform.Readable, m)
		socks[i] = b
	}
	r.quiet()
	for _, b := range socks {
		b.write("x")
	}
	for _, m := range everyMode {
		r.await(platform.Token(m), platform.ReadyReadable)
	}
	// The first look may have left some Level events behind.
	for range 3 {
		r.await(platform.Token(platform.Level), platform.ReadyReadable)
	}
	if len(r.got) != 0 {
		r.Fatalf("reported again: %v", r.got)
	}
}
