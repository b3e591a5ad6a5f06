package platformtest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// Short names for the tables of states.
const (
	readable    = platform.ReadyReadable
	writable    = platform.ReadyWritable
	readClosed  = platform.ReadyReadClosed
	writeClosed = platform.ReadyWriteClosed
	priority    = platform.ReadyPriority
	failed      = platform.ReadyError
	final       = platform.ReadyFinal
)

// A state is something that a handle can come to, and what is to be said of it.
type state struct {
	name string

	// make makes the handle, and returns what brings the state about, or nil
	// where it holds from the start.
	make func(r *rig) (*sock, func())

	// What must be reported where reading, writing or priority is asked. A
	// direction that is closed is ready.
	read, write, prio platform.Ready

	// What may never be reported, whatever is asked, also on the way there.
	never platform.Ready

	// asks has the interests to try; nil means dataAsks.
	asks []platform.Interest

	differ []difference
}

// A difference is what one system says otherwise, and why. It replaces what
// must be reported.
type difference struct {
	system      string // as for system.is: "wine" is also "windows"
	why         string
	read, write platform.Ready
	may         platform.Ready // what may be reported, though never elsewhere
}

var (
	dataAsks     = []platform.Interest{platform.Readable, platform.Writable, platform.Readable | platform.Writable}
	priorityAsks = []platform.Interest{platform.Priority, platform.Readable | platform.Priority, platform.AllInterests}
	allAsks      = slices.Concat(dataAsks, priorityAsks)
)

// statesOf makes a behaviour of each state.
func statesOf(states []state) []behaviour {
	bs := make([]behaviour, 0, len(states))
	for _, s := range states {
		bs = append(bs, behaviour{s.name, s.check})
	}
	return bs
}

// on is the state as the system has it, with the interests to try.
func (s state) on(r *rig) state {
	for _, d := range s.differ {
		if r.is(d.system) {
			r.Logf("%s differs: %s", d.system, d.why)
			s.read, s.write = d.read, d.write
			s.never &^= d.may
		}
	}
	if s.asks == nil {
		s.asks = dataAsks
	}
	return s
}

// check tries every interest, and every way to look: to be told of the change
// as it happens, and to be told of what holds in each mode.
func (s state) check(r *rig) {
	s = s.on(r)
	_, change := s.make(r)
	for _, in := range s.asks {
		if in&platform.Priority != 0 && !r.hasPriority {
			r.Logf("%v: this system has no way to watch for priority data", in)
			continue
		}
		for _, m := range everyMode {
			if !r.Run(fmt.Sprintf("%v,%v,after", in, m), func(t *testing.T) { s.after(newRig(t, r.subject), in, m) }) {
				return // each may meet the deadline
			}
		}
		if change == nil {
			continue // the state holds from the start
		}
		for _, m := range []platform.Mode{platform.Edge, platform.Level} {
			if !r.Run(fmt.Sprintf("%v,%v,before", in, m), func(t *testing.T) { s.before(newRig(t, r.subject), in, m) }) {
				return
			}
		}
	}
}

// want returns what must be reported for an interest.
func (s state) want(in platform.Interest) platform.Ready {
	var is platform.Ready
	if in&platform.Readable != 0 {
		is |= s.read
	}
	if in&platform.Writable != 0 {
		is |= s.write
	}
	if in&platform.Priority != 0 {
		is |= s.prio
	}
	return is
}

// after adds the handle when the state holds, or is about to.
func (s state) after(r *rig, in platform.Interest, m platform.Mode) {
	h, change := s.make(r)
	if change != nil {
		change()
	}
	r.never[1] = s.never
	r.add(h, 1, in, m)
	// What the peer did may arrive only now, when the shot was fired already.
	reload := func() {
		if m == platform.OneShot && r.got[1] != 0 {
			r.modify(h, 1, in, m)
		}
	}
	if want := s.want(in); want != 0 {
		r.awaitWhile(1, want, reload, patience)
	} else {
		r.collect(r.glance())
	}
	r.collect(0)
	r.delete(h)
}

// before adds the handle before the state comes about.
func (s state) before(r *rig, in platform.Interest, m platform.Mode) {
	h, change := s.make(r)
	r.never[1] = s.never
	r.add(h, 1, in, m)
	r.collect(0)
	change()
	if want := s.want(in); want != 0 {
		r.await(1, want)
		r.collect(0)
		// In the meantime nothing was read or written: all of it still holds.
		clear(r.got)
		r.modify(h, 1, in, platform.Level)
		r.await(1, want)
	} else {
		r.collect(r.glance())
	}
	r.collect(0)
	r.delete(h)
}
