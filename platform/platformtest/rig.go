package platformtest

import (
	"errors"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// patience is how long to wait for what must come: only a hang meets it.
const patience = 10 * time.Second

// A rig is one test's poller, and what it has reported.
type rig struct {
	*testing.T
	platform.Poller
	subject
	batch []platform.Event
	got   map[platform.Token]platform.Ready // reported and not yet awaited
	never map[platform.Token]platform.Ready // what no event may say
	twins bool                              // handles share a token
}

func newRig(t *testing.T, s subject) *rig {
	t.Helper()
	r := &rig{
		T:       t,
		subject: s,
		batch:   make([]platform.Event, 64),
		got:     make(map[platform.Token]platform.Ready),
		never:   make(map[platform.Token]platform.Ready),
	}
	r.Poller = r.openPoller()
	return r
}

// openPoller opens a poller that is closed at the end of the test.
func (r *rig) openPoller() platform.Poller {
	r.Helper()
	p, err := r.open()
	if err != nil {
		r.Fatalf("open: %v", err)
	}
	r.Cleanup(func() {
		if err := p.Close(); err != nil && !errors.Is(err, platform.ErrClosed) {
			r.Errorf("close: %v", err)
		}
	})
	return p
}

// closePoller closes the rig's poller.
func (r *rig) closePoller() {
	r.Helper()
	if err := r.Poller.Close(); err != nil {
		r.Fatalf("close: %v", err)
	}
}

func (r *rig) add(s *sock, t platform.Token, in platform.Interest, m platform.Mode) {
	r.Helper()
	if err := r.Add(s.h, t, in, m); err != nil {
		r.Fatalf("add %#x for %v, %v: %v", t, in, m, err)
	}
}

func (r *rig) modify(s *sock, t platform.Token, in platform.Interest, m platform.Mode) {
	r.Helper()
	if err := r.Modify(s.h, t, in, m); err != nil {
		r.Fatalf("modify %#x for %v, %v: %v", t, in, m, err)
	}
}

func (r *rig) delete(s *sock) {
	r.Helper()
	if err := r.Delete(s.h); err != nil {
		r.Fatalf("delete: %v", err)
	}
}

func (r *rig) rearm(s *sock, t platform.Token, in platform.Interest) {
	r.Helper()
	if err := r.Rearm(s.h, t, in); err != nil {
		r.Fatalf("rearm %#x for %v: %v", t, in, err)
	}
}

func (r *rig) wake() {
	r.Helper()
	if err := r.Wake(); err != nil {
		r.Fatalf("wake: %v", err)
	}
}

// collect waits once and keeps what was reported. It returns how many events
// there were.
func (r *rig) collect(timeout time.Duration) int {
	r.Helper()
	n, err := r.Wait(r.batch, timeout)
	if err != nil {
		r.Fatalf("wait %v: %v", timeout, err)
	}
	r.keep(r.batch, n)
	return n
}

// keep checks one batch and keeps what it says.
func (r *rig) keep(events []platform.Event, n int) {
	r.Helper()
	if n < 0 || n > len(events) {
		r.Fatalf("Wait filled %d events of %d", n, len(events))
	}
	named := make(map[platform.Token]platform.Ready, n)
	for _, ev := range events[:n] {
		if ev.Ready == 0 || ev.Ready&^platform.AllReady != 0 {
			r.Errorf("token %#x is reported to be %v", ev.Token, ev.Ready)
		}
		if wrong := ev.Ready & r.never[ev.Token]; wrong != 0 {
			r.Errorf("token %#x is reported to be %v, which never holds here (all of it: %v)", ev.Token, wrong, ev.Ready)
		}
		if both := directions(ev.Ready) & named[ev.Token]; both != 0 && !r.twins {
			r.Errorf("token %#x is reported twice in one batch for one direction: %v", ev.Token, events[:n])
		}
		named[ev.Token] |= directions(ev.Ready)
		r.got[ev.Token] |= ev.Ready
	}
}

// directions reduces readiness to one bit for each direction. An error belongs
// to both, and a system that reports directions apart says it with each.
func directions(is platform.Ready) platform.Ready {
	var d platform.Ready
	if is&(platform.ReadyRead&^platform.ReadyError) != 0 {
		d |= platform.ReadyReadable
	}
	if is&(platform.ReadyWrite&^platform.ReadyError) != 0 {
		d |= platform.ReadyWritable
	}
	return d
}

// satisfies reports whether is has what want asks for. A direction that has
// come to its end is ready, too.
func satisfies(is, want platform.Ready) bool {
	if want.Has(platform.ReadyReadable) && !is.IsReadable() {
		return false
	}
	if want.Has(platform.ReadyWritable) && !is.IsWritable() {
		return false
	}
	return is.Has(want &^ (platform.ReadyReadable | platform.ReadyWritable))
}

// await waits until everything of want has been reported of t.
func (r *rig) await(t platform.Token, want platform.Ready) {
	r.Helper()
	r.awaitWhile(t, want, func() {}, patience)
}

// awaitWhile is await, which calls help before each Wait, and then waits for at
// most step.
func (r *rig) awaitWhile(t platform.Token, want platform.Ready, help func(), step time.Duration) {
	r.Helper()
	end := time.Now().Add(patience)
	for r.got[t] == 0 || !satisfies(r.got[t], want) {
		left := time.Until(end)
		if left <= 0 {
			r.Fatalf("token %#x was not reported to be %v, only %v", t, want, r.got[t])
		}
		help()
		r.collect(min(left, step))
	}
	delete(r.got, t)
}

// quiet checks that nothing is reported.
func (r *rig) quiet() {
	r.Helper()
	r.collect(0)
	r.collect(r.glance())
	for t, is := range r.got {
		r.Fatalf("token %#x is reported to be %v, though there is nothing to report", t, is)
	}
}
