package platformtest

import (
	"errors"
	"math"
	"os"

	"github.com/rouse-io/rouse/platform"
)

var adding = []behaviour{
	{"ReadyBefore", addReadyBefore},
	{"Twice", addTwice},
	{"TwiceNeverConnected", addTwiceNeverConnected},
	{"SharedToken", addSharedToken},
	{"SharedTokenNeverConnected", addSharedTokenNeverConnected},
	{"AfterDelete", addAfterDelete},
	{"RegularFile", addRegularFile},
	{"Directory", addDirectory},
	{"Closed", addClosed},
	{"Negative", addNegative},
	{"TooLarge", addTooLarge},
	{"Priority", addPriority},
}

// bystander adds a handle and returns a check that it is still watched as it
// was added. A failed call must not change anything else.
func (r *rig) bystander() func() {
	r.Helper()
	const token = 0xb15a
	a, b := r.udpPair()
	r.add(a, token, platform.Readable, platform.Edge)
	return func() {
		r.Helper()
		b.write("still there")
		r.await(token, platform.ReadyReadable)
		a.drain()
		r.rearm(a, token, platform.Readable)
	}
}

// What is ready when a handle is added is reported, in every mode.
func addReadyBefore(r *rig) {
	for _, m := range everyMode {
		a, b := r.tcpPair()
		b.write("early")
		r.add(a, 1, platform.Readable|platform.Writable, m)
		r.await(1, platform.ReadyWritable)
		r.delete(a)
	}
}

// Adding twice is ErrExists. Token, interest and mode stay those of the first.
func addTwice(r *rig) {
	check := r.bystander()
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Edge)
	for _, m := range everyMode {
		for _, in := range []platform.Interest{platform.Readable, platform.Writable, platform.Readable | platform.Writable} {
			r.refused(r.Add(a.h, 2, in, m), "add", a.h, platform.ErrExists)
		}
	}
	r.quiet()
	b.write("x")
	r.await(1, platform.ReadyReadable)
	r.quiet()
	check()
}

// A socket that was never connected can still connect. A second Add must not
// make the poller forget that it is such a socket.
func addTwiceNeverConnected(r *rig) {
	for _, in := range []platform.Interest{platform.Readable, platform.Writable} {
		a := r.tcp()
		r.never[1] = platform.ReadyFinal
		r.add(a, 1, platform.Readable, platform.Level)
		r.refused(r.Add(a.h, 2, in, platform.Level), "add", a.h, platform.ErrExists)
		r.collect(0)
		r.collect(r.glance())
		r.delete(a)
	}
}

// Two handles may have one token: both are reported with it.
func addSharedToken(r *rig) {
	r.twins = true
	a, b := r.udpPair()
	r.add(a, 7, platform.Writable, platform.OneShot)
	r.add(b, 7, platform.Writable, platform.OneShot)
	for sum := 0; sum < 2; sum += r.collect(patience) {
		if sum == 1 && r.got[7] == 0 {
			r.Fatal("an event has another token")
		}
	}
	if len(r.got) != 1 {
		r.Fatalf("reported %v, want token 7 alone", r.got)
	}
}

// Of two such sockets with one token, the removal of one must not make the
// other one closed.
func addSharedTokenNeverConnected(r *rig) {
	r.twins = true
	r.never[7] = platform.ReadyFinal
	a, b := r.tcp(), r.tcp()
	r.add(a, 7, platform.Readable, platform.Level)
	r.add(b, 7, platform.Readable, platform.Level)
	r.delete(b)
	r.collect(0)
	r.collect(r.glance())
	r.delete(a)
}

// A handle can be added again after it was deleted.
func addAfterDelete(r *rig) {
	a, b := r.tcpPair()
	for t := platform.Token(1); t <= 3; t++ {
		r.add(a, t, platform.Readable, platform.Edge)
		b.write("x")
		r.await(t, platform.ReadyReadable)
		a.drain()
		r.delete(a)
	}
}

func (r *rig) notPollable(h platform.Handle) {
	r.Helper()
	check := r.bystander()
	for _, m := range everyMode {
		r.refused(r.Add(h, 1, platform.Readable, m), "add", h, platform.ErrNotPollable)
	}
	check()
}

// A regular file never blocks: a system either refuses it or calls it always
// ready, which is a busy loop. It is always refused.
func addRegularFile(r *rig) { r.notPollable(r.file()) }

func addDirectory(r *rig) { r.notPollable(r.opened(os.Open(r.TempDir()))) }

// file returns the handle of a regular file.
func (r *rig) file() platform.Handle {
	r.Helper()
	return r.opened(os.Create(r.TempDir() + "/file"))
}

// opened returns the handle of a file that was just opened.
func (r *rig) opened(f *os.File, err error) platform.Handle {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = f.Close() })
	return platform.Handle(f.Fd())
}

func addClosed(r *rig) {
	check := r.bystander()
	a := r.udp()
	a.close()
	r.refused(r.Add(a.h, 1, platform.Readable, platform.Edge), "add", a.h, platform.ErrNotPollable)
	check()
}

func addNegative(r *rig) {
	for _, h := range []platform.Handle{platform.NoHandle, minus(5), minus(math.MaxInt32)} {
		r.notPollable(h)
	}
}

// A handle is as wide as a pointer, a Unix descriptor is not: what is too large
// must not be cut down to another descriptor.
func addTooLarge(r *rig) {
	a := r.udp()
	r.notPollable(1 << 31)
	if wide := platform.Handle(math.MaxUint32); wide < platform.NoHandle {
		r.notPollable(wide + 1 + a.h)
	}
}

// minus returns the handle that a negative descriptor becomes.
func minus(fd int) platform.Handle { return platform.Handle(-fd) }

// An interest that the system cannot watch is errors.ErrUnsupported.
func addPriority(r *rig) {
	a, _ := r.tcpPair()
	if r.hasPriority {
		r.add(a, 1, platform.Priority, platform.Edge)
		r.quiet()
		return
	}
	for _, in := range []platform.Interest{platform.Priority, platform.Priority | platform.Readable} {
		r.refused(r.Add(a.h, 1, in, platform.Edge), "add", a.h, errors.ErrUnsupported)
	}
	r.add(a, 1, platform.Readable, platform.Edge)
	r.refused(r.Modify(a.h, 1, platform.Priority, platform.Edge), "modify", a.h, errors.ErrUnsupported)
}
