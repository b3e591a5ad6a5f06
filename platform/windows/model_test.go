//go:build windows

package windows

import (
	"math/rand/v2"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// A fake is a source without a kernel: it has events that hold, and answers at
// once where one of them is asked for. It checks that the table keeps to the
// rules of a source.
type fake struct {
	t      testing.TB
	port   windows.Handle
	holds  uint32
	silent bool             // no packet comes after a cancel
	refuse windows.NTStatus // what submit says, unless it is 0

	out    bool // a request is outstanding
	posted bool // its packet is, and that
	taken  bool // was dequeued
	gone   bool // released
	slot   uintptr
	asked  uint32
	status windows.NTStatus
	events uint32
}

func (f *fake) mask() uint32 { return ^uint32(0) }

func (f *fake) stream() bool { return true }

func (f *fake) watches(platform.Handle) (is, sure bool) { return true, false }

func (f *fake) submit(slot uintptr, mask uint32) windows.NTStatus {
	if f.busy() || f.gone {
		f.t.Fatalf("a request is made of %+v", f)
	}
	if f.refuse != 0 {
		return f.refuse
	}
	f.out, f.posted, f.taken, f.slot, f.asked = true, false, false, slot, mask
	f.look()
	return windows.STATUS_PENDING
}

// busy reports whether the memory of a request is the kernel's.
func (f *fake) busy() bool { return f.out && !f.taken }

// look answers if what is asked for holds.
func (f *fake) look() {
	if f.out && !f.posted && f.holds&f.asked != 0 {
		f.answer(0, f.holds&f.asked)
	}
}

func (f *fake) answer(status windows.NTStatus, events uint32) {
	f.posted, f.status, f.events = true, status, events
	need(f.t, winapi.PostQueuedCompletionStatus(f.port, 0, requestKey, f.slot))
}

func (f *fake) cancel() (bool, windows.NTStatus) {
	if !f.out {
		f.t.Fatal("a request is cancelled that is not outstanding")
	}
	if f.posted {
		return true, 0
	}
	if f.silent {
		f.out = false
		return false, 0
	}
	f.answer(windows.STATUS_CANCELLED, 0)
	return true, 0
}

func (f *fake) result() (windows.NTStatus, uint32) {
	if !f.posted {
		f.t.Fatal("the table looks at what is still the kernel's")
	}
	f.taken = true
	return f.status, f.events
}

func (f *fake) release() {
	if f.busy() || f.gone {
		f.t.Fatalf("released: %+v", f)
	}
	f.gone = true
}

// A model is a poller of fakes, and what it must report.
type model struct {
	*rig
	rand  *rand.Rand
	live  map[platform.Handle]*subject
	spare []platform.Handle // handles of nothing in particular that are open
	next  platform.Token
}

// A subject is a handle that is added.
type subject struct {
	*fake
	token platform.Token
	mode  platform.Mode
	in    platform.Interest
	fired bool // OneShot
}

// add adds a handle as table.add does, but for the source.
func (m *model) fake(h platform.Handle, s *subject) {
	t := &m.table
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.entry()
	e.handle, e.source = h, s.fake
	t.of[h] = e
	e.set(s.token, s.in, s.mode)
	need(m, t.change("add", e))
}

// step does one thing that a program or its peers can do.
func (m *model) step() {
	if len(m.live) == 0 || m.rand.IntN(8) == 0 {
		m.begin()
		return
	}
	h := m.any()
	s := m.live[h]
	switch m.rand.IntN(9) {
	case 0:
		m.next++
		s.token, s.in, s.mode, s.fired = m.next, m.interest(), m.mode(), false
		m.modify(h, s.token, s.in, s.mode)
	case 1:
		m.rearm(h, s.token, m.interest())
	case 2:
		m.delete(h)
		delete(m.live, h)
		m.spare = append(m.spare, h)
	case 3, 4: // what holds changes
		s.holds = m.rand.Uint32() & (afdPollReceive | afdPollSend | afdPollReceiveExpedited | afdPollDisconnect)
		s.look()
	case 5: // it fails for a while
		if s.refuse == 0 {
			s.refuse = windows.STATUS_INSUFFICIENT_RESOURCES
		} else {
			s.refuse = 0
		}
	case 6:
		t := &m.table
		t.mu.Lock()
		if !t.isThere(h) {
			m.Fatalf("handle %#x is not there", h)
		}
		t.mu.Unlock()
	case 7:
		t := &m.table
		t.mu.Lock()
		t.reap()
		t.mu.Unlock()
	case 8:
		m.wait(1 + m.rand.IntN(4))
	}
}

// begin adds a handle.
func (m *model) begin() {
	if len(m.spare) == 0 {
		return
	}
	h := m.spare[len(m.spare)-1]
	m.spare = m.spare[:len(m.spare)-1]
	m.next++
	s := &subject{fake: &fake{t: m, port: m.port, silent: m.rand.IntN(2) == 0}, token: m.next, in: m.interest(), mode: m.mode()}
	m.live[h] = s
	m.fake(h, s)
}

func (m *model) any() platform.Handle {
	n := m.rand.IntN(len(m.live))
	for h := range m.live {
		if n == 0 {
			return h
		}
		n--
	}
	return platform.NoHandle
}

func (m *model) interest() platform.Interest {
	return platform.Interest(1 + m.rand.IntN(int(platform.AllInterests)))
}

func (m *model) mode() platform.Mode {
	return [...]platform.Mode{platform.Edge, platform.Level, platform.OneShot}[m.rand.IntN(3)]
}

// wait waits once, and checks what is reported.
func (m *model) wait(limit int) int {
	events := make([]platform.Event, limit)
	n, err := m.Wait(events, 0)
	need(m, err)
	for _, ev := range events[:n] {
		m.got[ev.Token] |= ev.Ready
		var s *subject
		for _, l := range m.live {
			if l.token == ev.Token {
				s = l
			}
		}
		if s == nil {
			m.Fatalf("token %#x is reported, which nobody has", ev.Token)
		}
		if s.fired {
			m.Fatalf("token %#x is reported again: %v", ev.Token, ev.Ready)
		}
		s.fired = s.mode == platform.OneShot
		ready, _ := decode(0, arm(s.in)&^arm(0), true)
		if extra := ev.Ready &^ ready; extra != 0 && !ev.Ready.IsError() {
			m.Fatalf("token %#x is reported to be %v, which nobody asked for", ev.Token, extra)
		}
	}
	return n
}

// settled checks, after Waits that reported all there is, that nothing is lost:
// nothing holds that an entry still wants.
func (m *model) settled() {
	for h, s := range m.live {
		e := m.entry(h)
		if e == nil {
			m.Fatalf("handle %#x is lost", h)
		}
		if s.mode != platform.Level && e.want&s.holds != 0 {
			m.Fatalf("token %#x: %#x is wanted and holds, and is not reported: %+v", s.token, e.want&s.holds, e)
		}
		if s.mode == platform.Level && e.want != arm(s.in) {
			m.Fatalf("token %#x: %#x is wanted, not %#x", s.token, e.want, arm(s.in))
		}
	}
}

// anew checks that everything that holds is reported after Modify, and nothing
// else.
func (m *model) anew() {
	for h, s := range m.live {
		s.refuse = 0
		m.next++
		s.token, s.fired = m.next, false
		m.modify(h, s.token, s.in, s.mode)
	}
	clear(m.got)
	for range 3 {
		m.wait(2 * cap(m.spare))
	}
	for _, s := range m.live {
		want, _ := decode(0, s.holds&arm(s.in), true)
		if is := m.got[s.token]; is != want && !is.IsError() {
			m.Fatalf("token %#x is reported to be %v, want %v", s.token, is, want)
		}
	}
}

// Whatever happens to an entry, in whatever order: there is one request at most,
// its memory is the kernel's until its packet was taken, nothing is reported
// that nobody asked for, nothing that was asked for is lost, and nothing is left
// in the end.
func TestModel(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	handles := make([]platform.Handle, 40)
	for i := range handles {
		h, err := windows.CreateEvent(nil, 1, 0, nil)
		need(t, err)
		t.Cleanup(func() { _ = windows.CloseHandle(h) })
		handles[i] = platform.Handle(h)
	}
	for range rounds {
		seed := rand.Uint64()
		func() {
			defer func() {
				if t.Failed() {
					t.Logf("seed %d", seed)
				}
			}()
			m := &model{
				rig:   newRig(t),
				rand:  rand.New(rand.NewPCG(seed, 0)),
				live:  make(map[platform.Handle]*subject),
				spare: append([]platform.Handle(nil), handles...),
			}
			for i := range 2000 {
				m.step()
				if i%100 != 99 {
					continue
				}
				for range 4 { // each Wait may bring what the one before asked for
					m.wait(2 * len(handles))
				}
				m.settled()
				m.anew()
			}
			for h := range m.live {
				m.delete(h)
			}
			m.shut()
		}()
	}
}
