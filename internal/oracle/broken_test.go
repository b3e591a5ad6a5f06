package oracle

import (
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// Each is a reactor with one bug. Random scripts find it, and what is left of the
// script that did is a few steps.
func TestBroken(t *testing.T) {
	if !supported() {
		t.Skip("no adapter for this system")
	}
	for _, b := range []struct {
		name  string
		finds fault
		open  func(opts ...reactor.Option) (driver, error)
		steps int   // what is enough
		on    where // there is something to find
	}{
		{"DropsEvent", lost, onPoller(func(p platform.Poller) platform.Poller { return &dropping{Poller: p} }), 8, everywhere},
		{"DropsRearm", lost, onPoller(func(p platform.Poller) platform.Poller { return &rearming{Poller: p} }), 8, withoutEdges},
		{"SaysClosed", falseClosed, onPoller(func(p platform.Poller) platform.Poller { return &closing{Poller: p} }), 6, everywhere},
		{"LosesWaker", lost, onRegistration(func(g registration, _ *loose) registration { return &deaf{g} }), 6, everywhere},
		{"ClearsUnseen", lost, onRegistration(func(g registration, _ *loose) registration { return &stale{g} }), 9, withEdges},
		{"WakesLate", lateWake, onRegistration(func(g registration, l *loose) registration { return &late{g, l} }), 8, everywhere},
		{"KeepsRegistration", leak, onRegistration(func(g registration, _ *loose) registration { return &kept{registration: g} }), 6, everywhere},
		{"TellsNobody", forgotten, onRegistration(func(g registration, _ *loose) registration { return &mute{registration: g} }), 8, everywhere},
	} {
		t.Run(b.name, func(t *testing.T) {
			if b.on == withEdges && !hasEdges {
				t.Skip("what is cleared is asked for again, and is a level: nothing is lost")
			}
			if b.on == withoutEdges && hasEdges {
				t.Skip("the kernel has edges of its own, and Rearm does nothing")
			}
			p := newPlan(b.open, impatience)
			if b.finds == lateWake || b.finds == falseClosed {
				p.patience = *patience // it loses nothing, so all that is late comes
			}
			finds := func(s script) bool {
				for range 2 { // by chance is not enough
					if found := play(s, p); found == nil || found.fault != b.finds {
						return false
					}
				}
				return true
			}
			r := rand.New(rand.NewPCG(1, 0))
			for n := 1; n <= 10_000; n++ {
				s := random(r)
				if !finds(s) {
					continue
				}
				small := minimise(s, time.Minute, finds)
				t.Logf("script %d, %d steps, %d of them needed: %v\n%s", n, len(s), len(small), play(small, p), small.test())
				if len(small) > b.steps {
					t.Errorf("%d steps are left, %d do", len(small), b.steps)
				}
				if found := play(small, newPlan(openSound, *patience)); found != nil {
					t.Errorf("the reactor as it is fails, too: %v", found)
				}
				return
			}
			t.Errorf("nothing finds it")
		})
	}
}

// where says on which systems there is something to find.
type where int

const (
	everywhere   where = iota
	withEdges          // where the kernel has edges of its own
	withoutEdges       // where they are made of levels
)

// impatience is how long to wait for what a broken reactor will never do.
const impatience = 40 * time.Millisecond

// onPoller opens a reactor on a poller that is broken.
func onPoller(breaks func(platform.Poller) platform.Poller) func(opts ...reactor.Option) (driver, error) {
	return func(opts ...reactor.Option) (driver, error) {
		p, err := native.Open()
		if err != nil {
			return nil, err
		}
		return openSound(append(opts, reactor.WithPoller(breaks(p)))...)
	}
}

// dropping is a poller that loses every third event.
type dropping struct {
	platform.Poller
	n int // of events that came; who waits has it
}

func (p *dropping) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	n, err := p.Poller.Wait(events, timeout)
	kept := events[:0]
	for _, ev := range events[:n] {
		if p.n++; p.n%3 != 0 {
			kept = append(kept, ev)
		}
	}
	return len(kept), err
}

// rearming is a poller that is not told when an operation would block.
type rearming struct{ platform.Poller }

func (*rearming) Rearm(platform.Handle, platform.Token, platform.Interest) error { return nil }

// closing is a poller that takes data for the end.
type closing struct{ platform.Poller }

func (p *closing) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	n, err := p.Poller.Wait(events, timeout)
	for i := range events[:n] {
		if events[i].Ready&platform.ReadyReadable != 0 {
			events[i].Ready |= platform.ReadyReadClosed
		}
	}
	return n, err
}

// onRegistration opens a reactor whose registrations are broken.
func onRegistration(breaks func(registration, *loose) registration) func(opts ...reactor.Option) (driver, error) {
	return func(opts ...reactor.Option) (driver, error) {
		d, err := openSound(opts...)
		return &wrapping{driver: d, breaks: breaks}, err
	}
}

// wrapping is a driver whose registrations are wrapped.
type wrapping struct {
	driver
	breaks func(registration, *loose) registration
	loose  loose
}

func (d *wrapping) RegisterHandle(h reactor.Handle, in reactor.Interest) (registration, error) {
	g, err := d.driver.RegisterHandle(h, in)
	if err != nil {
		return nil, err
	}
	return d.breaks(g, &d.loose), nil
}

// loose are the wakers that are still known of registrations that have ended.
type loose struct {
	mu    sync.Mutex
	known []reactor.Waker
}

// deaf is a registration that loses the reader's waker.
type deaf struct{ registration }

func (g *deaf) PollReadReady(reactor.Waker) (reactor.ReadyEvent, error) {
	return g.registration.PollReadReady(reactor.WakerFunc(nil))
}

// stale is a registration that clears what is ready now, and not what was seen.
type stale struct{ registration }

func (g *stale) ClearReadiness(seen reactor.ReadyEvent) {
	poll := g.PollReadReady
	if seen.Ready.IsWritable() {
		poll = g.PollWriteReady
	}
	if now, err := poll(reactor.WakerFunc(nil)); err == nil {
		g.registration.ClearReadiness(now)
	}
}

// late is a registration that wakes all who ever waited to write, anywhere, when
// it ends.
type late struct {
	registration
	loose *loose
}

func (g *late) PollWriteReady(w reactor.Waker) (reactor.ReadyEvent, error) {
	ev, err := g.registration.PollWriteReady(w)
	if errors.Is(err, reactor.ErrPending) {
		g.loose.mu.Lock()
		defer g.loose.mu.Unlock()
		g.loose.known = append(g.loose.known, w)
	}
	return ev, err
}

func (g *late) Deregister() error {
	g.loose.mu.Lock()
	defer g.loose.mu.Unlock()
	for _, w := range g.loose.known {
		w.Wake()
	}
	return g.registration.Deregister()
}

// kept is a registration that does not end, and says that it does.
type kept struct {
	registration
	ended bool
}

func (g *kept) Deregister() error {
	if g.ended {
		return reactor.ErrDeregistered
	}
	g.ended = true
	return nil
}

func (g *kept) PollReadReady(w reactor.Waker) (reactor.ReadyEvent, error) {
	if g.ended {
		return reactor.ReadyEvent{}, reactor.ErrDeregistered
	}
	return g.registration.PollReadReady(w)
}

// mute is a registration that tells nobody when it ends.
type mute struct {
	registration
	ended atomic.Bool
}

func (g *mute) PollReadReady(w reactor.Waker) (reactor.ReadyEvent, error) {
	return g.registration.PollReadReady(reactor.WakerFunc(func() {
		if !g.ended.Load() {
			w.Wake()
		}
	}))
}

func (g *mute) Deregister() error {
	g.ended.Store(true)
	return g.registration.Deregister()
}
