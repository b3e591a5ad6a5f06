package platformtest

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A Probe is an adapter's function that looks at a handle without a poller.
type Probe func(h platform.Handle, in platform.Interest) (platform.Ready, error)

// TestProbe checks that a probe says of a handle, in every state that the suite
// has, what the pollers say that open makes, and that nobody else notices.
func TestProbe(t *testing.T, p Probe, open func() (platform.Poller, error)) {
	t.Helper()
	p.test(t, subject{systemOf(runtime.GOOS), open}, slices.Concat(probedStates(), probedFamily(), probedSystem()))
}

// TestProbeAs is TestProbe for what behaves as on the system goos, as [TestAs]
// is [Test].
func TestProbeAs(t *testing.T, goos string, p Probe, open func() (platform.Poller, error)) {
	t.Helper()
	s := systemOf(goos)
	s.played = true
	p.test(t, subject{s, open}, slices.Concat(probedStates(), probedFamily()))
}

// probedStates has the states that every system knows.
func probedStates() []probed {
	return []probed{{"TCP", tcpStates}, {"UDP", udpStates}}
}

// A probed is a group of states.
type probed struct {
	name   string
	states []state
}

func (p Probe) test(t *testing.T, s subject, all []probed) {
	t.Helper()
	groups := make([]group, 0, len(all)+1)
	for _, g := range all {
		var behaviours []behaviour
		for _, s := range g.states {
			behaviours = append(behaviours, behaviour{s.name, func(r *rig) { p.agrees(r, s) }})
		}
		groups = append(groups, group{g.name, behaviours})
	}
	var behaviours []behaviour
	for _, b := range probes {
		behaviours = append(behaviours, behaviour{b.name, func(r *rig) { b.check(r, p) }})
	}
	test(t, s, append(groups, group{"Probe", behaviours}))
}

var probes = []struct {
	name  string
	check func(r *rig, p Probe)
}{
	{"ReadsNothing", probeReadsNothing},
	{"Follows", probeFollows},
	{"Unnoticed", probeUnnoticed},
	{"NotPollable", probeNotPollable},
	{"Closed", probeClosed},
	{"Interest", probeInterest},
	{"Priority", probePriority},
	{"Concurrent", probeConcurrent},
	{"Allocation", probeAllocation},
	{"NoLeak", probeNoLeak},
}

// of probes a handle.
func (p Probe) of(r *rig, s *sock, in platform.Interest) platform.Ready {
	r.Helper()
	is, err := p(s.h, in)
	if err != nil {
		r.Fatalf("probe for %v: %v", in, err)
	}
	if is&^platform.AllReady != 0 {
		r.Errorf("probe for %v: %v", in, is)
	}
	return is
}

// agrees brings a state about, for every interest, and checks that the probe says
// what is to be said of it, and what a poller says that has the handle in Level
// mode.
func (p Probe) agrees(r *rig, s state) {
	s = s.on(r)
	for _, in := range s.asks {
		if in&platform.Priority != 0 && !r.hasPriority {
			continue
		}
		ok := r.Run(fmt.Sprint(in), func(t *testing.T) {
			r := newRig(t, r.subject)
			h, change := s.make(r)
			r.never[1] = s.never
			p.of(r, h, in)
			if change != nil {
				change()
			}
			r.add(h, 1, in, platform.Level)
			p.settles(r, h, in, s.want(in), s.never)
			r.collect(r.glance()) // time for what must not come
			p.settles(r, h, in, s.want(in), s.never)
			r.delete(h)
		})
		if !ok {
			return // each may meet the deadline
		}
	}
}

// settles looks at token 1 in both ways until they agree, and say what must be
// said: what the peer did may arrive in parts.
func (p Probe) settles(r *rig, h *sock, in platform.Interest, want, never platform.Ready) {
	r.Helper()
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		is := p.of(r, h, in)
		if is&never != 0 {
			r.Fatalf("the probe says %v, of which %v never holds here", is, is&never)
		}
		clear(r.got)
		r.collect(0)
		polled := r.got[1]
		if is == polled && satisfies(is, want) {
			return
		}
		if time.Now().After(end) {
			r.Fatalf("the probe says %v, the poller %v, want %v", is, polled, want)
		}
	}
}

// What there is to read is there after it was looked at.
func probeReadsNothing(r *rig, p Probe) {
	for _, pair := range []func(*rig) (*sock, *sock){(*rig).tcpPair, (*rig).udpPair} {
		a, b := pair(r)
		b.write("xy")
		r.add(a, 1, platform.Readable, platform.Level)
		r.await(1, readable)
		r.delete(a)
		for range 10 {
			if is := p.of(r, a, platform.Readable|platform.Writable); !is.Has(readable | writable) {
				r.Fatalf("the probe says %v of what can be read and written", is)
			}
		}
		a.await(2)
		if is := p.of(r, a, platform.Readable|platform.Writable); is != writable {
			r.Fatalf("the probe says %v of what was read", is)
		}
		a.wouldBlock()
	}
}

// Each probe is about its own moment, and a listener's about who waits to be
// accepted.
func probeFollows(r *rig, p Probe) {
	a, b := r.tcpPair()
	r.add(a, 1, platform.Readable, platform.Level)
	for range 5 {
		p.settles(r, a, platform.Readable, 0, platform.AllReady)
		b.write("x")
		p.settles(r, a, platform.Readable, readable, platform.AllReady&^readable)
		a.await(1)
	}
	l, port := r.listener()
	r.delete(a)
	r.add(l, 1, platform.Readable, platform.Level)
	for range 3 {
		p.settles(r, l, platform.Readable, 0, platform.AllReady)
		r.tcp().connect(port)
		p.settles(r, l, platform.Readable, readable, platform.AllReady&^readable)
		l.accept()
	}
}

// Who has the handle in a poller is told neither more nor less.
func probeUnnoticed(r *rig, p Probe) {
	a, b := r.tcpPair()
	look := func() {
		r.Helper()
		for range 5 {
			p.of(r, a, platform.Readable|platform.Writable)
		}
	}
	for _, m := range everyMode {
		look()
		r.add(a, 1, platform.Readable, m)
		look()
		r.quiet()
		w := r.waiting(-1)
		look()
		b.write("x")
		look()
		w.reports(1, readable)
		look()
		if m != platform.Level {
			r.quiet() // the edge was reported, and the shot was fired
		}
		a.drain()
		switch m {
		case platform.Edge:
			r.rearm(a, 1, platform.Readable)
		case platform.OneShot:
			r.modify(a, 1, platform.Readable, m)
		}
		look()
		r.quiet()
		b.write("y")
		look()
		r.await(1, readable)
		a.drain()
		r.delete(a)
	}
}

// refuses checks that a handle can't be probed.
func (p Probe) refuses(r *rig, h platform.Handle, in platform.Interest, kind error) {
	r.Helper()
	is, err := p(h, in)
	r.refused(err, "probe", h, kind)
	if is != 0 {
		r.Errorf("a probe that fails says %v", is)
	}
}

// What can't be added can't be probed: a file that is always ready would never
// be idle.
func probeNotPollable(r *rig, p Probe) {
	bad := []platform.Handle{
		r.file(), r.opened(os.Open(r.TempDir())),
		platform.NoHandle, minus(5), minus(math.MaxInt32), 1 << 31,
	}
	if wide := platform.Handle(math.MaxUint32); wide < platform.NoHandle {
		bad = append(bad, wide+1+r.udp().h)
	}
	for _, h := range bad {
		for _, in := range dataAsks {
			p.refuses(r, h, in, platform.ErrNotPollable)
		}
	}
}

func probeClosed(r *rig, p Probe) {
	for _, open := range []func(*rig) *sock{(*rig).tcp, (*rig).udp} {
		s := open(r)
		p.of(r, s, platform.Readable)
		s.close()
		for _, in := range dataAsks {
			p.refuses(r, s.h, in, platform.ErrNotPollable)
		}
	}
}

// An interest of no or unknown bits is ErrInvalid, whatever the handle is.
func probeInterest(r *rig, p Probe) {
	s := r.udp()
	for _, in := range []platform.Interest{0, 1 << 3, 1 << 7, platform.AllInterests + 1, platform.Readable | 1<<4, ^platform.AllInterests} {
		p.refuses(r, s.h, in, platform.ErrInvalid)
		p.refuses(r, platform.NoHandle, in, platform.ErrInvalid)
	}
	if is := p.of(r, s, platform.Writable); is != writable {
		r.Errorf("the probe says %v of what can be written", is)
	}
}

// An interest that the system cannot watch is errors.ErrUnsupported.
func probePriority(r *rig, p Probe) {
	a, _ := r.tcpPair()
	for _, in := range priorityAsks {
		if r.hasPriority {
			if is := p.of(r, a, in); is&^writable != 0 {
				r.Errorf("the probe says %v of what is idle", is)
			}
			continue
		}
		p.refuses(r, a.h, in, errors.ErrUnsupported)
	}
}

// Many probe a handle at once, while one waits for it in a poller and its peer
// writes.
func probeConcurrent(r *rig, p Probe) {
	a, b := r.tcpPair()
	r.never[1] = final | failed | priority
	r.add(a, 1, platform.Readable, platform.Edge)
	var over atomic.Bool
	var looks atomic.Int32
	var tasks []*task
	for range 4 {
		tasks = append(tasks, r.spawn(func() error {
			for !over.Load() {
				is, err := p(a.h, platform.Readable|platform.Writable)
				if err != nil || !is.Has(writable) || is&^(readable|writable) != 0 {
					return fmt.Errorf("probe: %v, %w", is, err)
				}
				looks.Add(1)
				runtime.Gosched()
			}
			return nil
		}))
	}
	for n, end := 0, time.Now().Add(patience); n < r.rounds(50) || looks.Load() < int32(r.rounds(100)); n++ {
		if time.Now().After(end) {
			r.Fatal("nobody probes")
		}
		b.write("x")
		r.await(1, readable)
		a.await(1)
		a.wouldBlock()
		r.rearm(a, 1, platform.Readable)
	}
	over.Store(true)
	for _, t := range tasks {
		t.join()
	}
	r.quiet()
}

// A probe of a socket does not allocate, whatever it finds.
func probeAllocation(r *rig, p Probe) {
	if r.played {
		r.Skip("what plays the kernel allocates")
	}
	idle, _ := r.tcpPair()
	data, b := r.tcpPair()
	b.write("x")
	ended, c := r.tcpPair()
	c.close()
	for _, s := range []*sock{idle, data, ended, r.udp(), r.tcp()} {
		r.free(func() error {
			_, err := p(s.h, platform.Readable|platform.Writable)
			return err
		})
	}
}

// Probing leaves no descriptor behind, whether it succeeds or not.
func probeNoLeak(r *rig, p Probe) {
	if _, ok := openDescriptors(); !ok {
		r.Skip("this system does not list a process's descriptors")
	}
	a, _ := r.tcpPair()
	file := r.file()
	use := func() {
		p.of(r, a, platform.Readable|platform.Writable)
		p.refuses(r, file, platform.Readable, platform.ErrNotPollable)
		p.refuses(r, platform.NoHandle, platform.Readable, platform.ErrNotPollable)
		p.refuses(r, a.h, 0, platform.ErrInvalid)
	}
	use()
	before, _ := openDescriptors()
	for range 20 {
		use()
	}
	if after, _ := openDescriptors(); after != before {
		r.Fatalf("%d descriptors are open, %d were before", after, before)
	}
}
