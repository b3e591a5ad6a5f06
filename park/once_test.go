package park_test

import (
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// idle is the idle time of the tests, on a clock of their own.
const idle = 64 * time.Second

// A party ends the parking of one connection, in its own way.
type party struct {
	name string
	end  func(*scene)
	is   func(*scene) bool // the outcome is this party's
}

// A scene is one connection that is parked, and what became of it.
type scene struct {
	r    *reactor.Reactor
	p    *fakePoller
	lot  *park.Lot[string]
	spot atomic.Pointer[park.Spot[string]]

	seen  hook // an event was seen, and has woken nobody yet
	ended hook // the registration has ended, and nobody was told yet

	cancelled int
	wakes     []park.Wake
}

// A hook is called once.
type hook struct{ f atomic.Pointer[func()] }

func (h *hook) set(f func()) { h.f.Store(&f) }

func (h *hook) call() {
	if f := h.f.Swap(nil); f != nil {
		(*f)()
	}
}

const sceneHandle = fakeConn(7)

func newScene(t *testing.T) *scene {
	s := new(scene)
	s.r, s.p = newFake(t, reactor.WithTrace(&reactor.Trace{
		Ready:      func(reactor.Handle, reactor.Ready) { s.seen.call() },
		Deregister: func(reactor.Handle, error) { s.ended.call() },
	}))
	s.lot = park.NewLot(s.r, idle, func(v string, w park.Wake) {
		if v != "it" {
			t.Errorf("woken with %q", v)
		}
		s.wakes = append(s.wakes, w)
	})
	spot, err := s.lot.Park(sceneHandle, "it")
	if err != nil {
		t.Fatal(err)
	}
	s.spot.Store(spot)
	return s
}

// only reports whether one wake has come, nothing was cancelled, and what is says so.
func (s *scene) only(is func(park.Wake) bool) bool {
	return s.cancelled == 0 && len(s.wakes) == 1 && is(s.wakes[0])
}

// pass lets time pass. Timers that are due meanwhile run as far as they can.
func pass(d time.Duration) { <-time.After(d) }

var parties = []party{
	{"event", func(s *scene) {
		s.p.post(platform.Handle(sceneHandle), platform.ReadyReadable)
		_, _ = s.r.Turn(0) // or it is busy, or closed
	}, func(s *scene) bool {
		return s.only(func(w park.Wake) bool { return w.Err == nil && w.Ready == platform.ReadyReadable })
	}},
	{"cancel", func(s *scene) {
		if s.spot.Load().Cancel() {
			s.cancelled++
		}
	}, func(s *scene) bool { return s.cancelled == 1 && len(s.wakes) == 0 }},
	{"idle", func(*scene) { pass(2 * idle) }, func(s *scene) bool {
		return s.only(func(w park.Wake) bool { return w == park.Wake{Err: park.ErrIdle} })
	}},
	{"lot closed", func(s *scene) { _ = s.lot.Close() }, func(s *scene) bool {
		return s.only(func(w park.Wake) bool { return w == park.Wake{Err: park.ErrClosed} })
	}},
	{"reactor closed", func(s *scene) { _ = s.r.Close() }, func(s *scene) bool {
		return s.only(func(w park.Wake) bool { return w == park.Wake{Err: reactor.ErrShutdown} })
	}},
}

// check is called when all is over.
func (s *scene) check(t *testing.T, winner party) {
	t.Helper()
	pass(10 * idle)
	synctest.Wait()
	if !winner.is(s) {
		t.Errorf("want the outcome of %q, have %d cancelled and wakes %v", winner.name, s.cancelled, s.wakes)
	}
	if n := s.lot.Len(); n != 0 {
		t.Errorf("%d are parked", n)
	}
	if n := s.r.Stats().Live; n != 0 {
		t.Errorf("%d are registered", n)
	}
	if s.spot.Load().Cancel() {
		t.Error("it was cancelled after all")
	}
}

// Of two that end the parking of one connection, the first does, and the other
// does nothing: after it, and in the middle of it, when the registration has
// ended and nobody was told yet.
func TestOnce(t *testing.T) {
	for _, first := range parties {
		for _, second := range parties {
			t.Run(first.name+", then "+second.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newScene(t)
					first.end(s)
					second.end(s)
					s.check(t, first)
				})
			})
			t.Run(second.name+" during "+first.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := newScene(t)
					s.ended.set(func() { second.end(s) })
					first.end(s)
					s.check(t, first)
				})
			})
		}
	}
}

// An event that is seen, but has woken nobody yet, is too late for everybody
// else who ends the parking.
func TestOnceBeforeWake(t *testing.T) {
	for _, second := range parties[1:] {
		t.Run(second.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScene(t)
				s.seen.set(func() { second.end(s) })
				parties[0].end(s)
				s.check(t, second)
			})
		})
	}
}

// What happens between the registration and the end of Park is not lost: the
// loop may be faster than Park, and both may be closed.
func TestDuringPark(t *testing.T) {
	const h = fakeConn(7)
	for _, test := range []struct {
		name string
		do   func(*reactor.Reactor, *fakePoller, *park.Lot[int])
		park error
		wake park.Wake
	}{
		{name: "readable", do: func(r *reactor.Reactor, p *fakePoller, _ *park.Lot[int]) {
			p.post(platform.Handle(h), platform.ReadyReadable)
			_, _ = r.Turn(0)
		}, wake: park.Wake{Ready: platform.ReadyReadable}},
		{name: "closed by the peer", do: func(r *reactor.Reactor, p *fakePoller, _ *park.Lot[int]) {
			p.post(platform.Handle(h), platform.ReadyReadable|platform.ReadyReadClosed)
			_, _ = r.Turn(0)
		}, wake: park.Wake{Ready: platform.ReadyReadable | platform.ReadyReadClosed}},
		{name: "lot closed", do: func(_ *reactor.Reactor, _ *fakePoller, l *park.Lot[int]) {
			_ = l.Close()
		}, park: park.ErrClosed},
		{name: "reactor closed", do: func(r *reactor.Reactor, _ *fakePoller, _ *park.Lot[int]) {
			_ = r.Close()
		}, park: reactor.ErrShutdown},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, p := newFake(t)
				var lot *park.Lot[int]
				wake, wakes := tell[int](2)
				var mu sync.Mutex // a wake inside Park would wait for ever
				lot = park.NewLot(registrarFunc(func(c syscall.Conn, in reactor.Interest) (*reactor.Registration, error) {
					g, err := r.Register(c, in)
					test.do(r, p, lot)
					return g, err
				}), idle, func(v int, w park.Wake) {
					mu.Lock()
					defer mu.Unlock()
					wake(v, w)
				})
				mu.Lock()
				spot, err := lot.Park(h, 1)
				mu.Unlock()
				if err != test.park || (spot == nil) != (err != nil) {
					t.Fatalf("Park: %v, %v", spot, err)
				}
				pass(10 * idle)
				synctest.Wait()
				if test.park == nil {
					if got := <-wakes; got.v != 1 || got.w != test.wake {
						t.Errorf("woken by %v", got)
					}
				}
				if len(wakes) != 0 {
					t.Errorf("woken by %v", <-wakes)
				}
				if lot.Len() != 0 || r.Stats().Live != 0 {
					t.Errorf("%d are parked, %d registered", lot.Len(), r.Stats().Live)
				}
			})
		})
	}
}
