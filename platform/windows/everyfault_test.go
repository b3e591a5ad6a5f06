//go:build windows && (amd64 || 386)

package windows

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// perform plays a script with a fault, and reports whether that has happened.
func perform(t *testing.T, play func(b *bench), f *fault, elsewhere bool) bool {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := held(t)
	b := &bench{T: t}
	if elsewhere {
		b.inject(f, otherThreads())
	} else {
		b.inject(f, thisThread())
	}
	defer func() {
		f.function.hook.left.Store(0)
		if t.Failed() {
			t.Logf("call %d of %s: %v, elsewhere: %v", f.n, f.function.name, f.code, elsewhere)
		}
	}()
	play(b)
	hit := b.hit()
	b.leaves(before)
	return hit
}

// Each system call fails in turn, with each code that its documentation lists, in
// the calls of a program and in those that the system makes on its threads. Who is
// concerned is told, by the call or by an event, which call has failed and why;
// made again it succeeds; everything else goes on; nothing is left after Close
// (facts/pitfalls 11, 19).
func TestEveryFault(t *testing.T) {
	need(t, standing())
	injected, sites := 0, 0
	missed := make(map[string]bool)
	for _, f := range functions {
		missed[f.name] = true
	}
	few := 1 << 10
	if testing.Short() {
		few = 1
	}
	for name, script := range scripts {
		t.Run(name, func(t *testing.T) {
			play := script(t)
			play(&bench{T: t}) // what is kept for good is open by then
			for _, f := range functions {
				for _, elsewhere := range []bool{false, true} {
					for n, hits := int32(1), 1; hits > 0; n++ {
						hits = 0
						for _, code := range f.codes[:min(len(f.codes), few)] {
							if perform(t, play, &fault{f, n, code}, elsewhere) {
								hits++
							}
						}
						injected += hits
						if hits > 0 {
							sites++
							delete(missed, f.name)
						}
					}
				}
			}
		})
	}
	if t.Failed() {
		return // early
	}
	for name := range missed {
		t.Errorf("no call of %s has failed", name)
	}
	t.Logf("faults: %d injected at %d call sites of platform/windows", injected, sites)
}

// Several at random in the life of a poller, with and without a Wait under way: who
// is concerned is told, and in the end every handle is served, and nothing is left.
func TestRandomFaults(t *testing.T) {
	need(t, standing())
	injected := 0
	seeds := uint64(40)
	if testing.Short() {
		seeds = 8
	}
	for seed := range seeds {
		injected += atRandom(t, seed)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%d faults", injected)
}

// A served is a handle and what makes it readable.
type served struct {
	watched
	signal func() error
}

// atRandom makes calls of which some fail, and returns how many have.
func atRandom(t *testing.T, seed uint64) (injected int) {
	random := rand.New(rand.NewPCG(seed, 0))
	all := newServed(t)
	before := held(t)
	b := &bench{T: t}
	b.open()
	if seed%2 == 1 {
		b.background()
	}
	var last *hook
	calm := func() {
		if last != nil && last.left.Swap(0) <= 0 {
			injected++
		}
	}
	for range 150 {
		calm()
		f := functions[random.IntN(len(functions))]
		if f.proc == procCloseHandle {
			continue // which leaves a handle
		}
		last = f.hook
		b.inject(&fault{f, 1 + random.Int32N(3), f.codes[random.IntN(len(f.codes))]}, anybody)
		b.step(random, all[random.IntN(len(all))])
	}
	calm()
	for _, s := range all {
		s.token += platform.Token(len(all)) // what was reported before is another matter
		s.in, s.mode = readable, platform.Edge
		if b.isThere(s.h) {
			b.modify(&s.watched)
		} else {
			b.add(&s.watched)
		}
		b.do("", s.signal)
		b.awaits(&s.watched, isRead)
	}
	b.close()
	b.leaves(before)
	return injected
}

// newServed returns two sockets, two semaphores and a pipe.
func newServed(t *testing.T) []*served {
	var all []*served
	add := func(h platform.Handle, signal func() error) {
		w := watched{h, platform.Token(len(all)), readable, platform.Edge}
		all = append(all, &served{w, signal})
	}
	for range 2 {
		near, far := udpPair(t)
		add(near, func() error {
			_, err := Write(far, []byte("x"))
			return err
		})
		s := semaphore(t, 0)
		add(s, func() error {
			told(t, procRelease, uintptr(s), 1, 0)
			return nil
		})
	}
	p, peer := pipePair(t)
	add(value(t, p), func() error {
		_, err := peer.Write([]byte("x"))
		return err
	})
	return all
}

// step does one thing with a handle.
func (b *bench) step(random *rand.Rand, s *served) {
	b.Helper()
	there := b.isThere(s.h)
	s.in = readable
	s.mode = []platform.Mode{platform.Edge, platform.Level, platform.OneShot}[random.IntN(3)]
	var err error
	op, mayBe := "", error(nil)
	switch random.IntN(6) {
	case 0:
		op, mayBe, err = "add", platform.ErrExists, b.p.Add(s.h, s.token, s.in, s.mode)
	case 1:
		op, mayBe, err = "modify", platform.ErrNotFound, b.p.Modify(s.h, s.token, s.in, s.mode)
	case 2:
		op, mayBe, err = "rearm", platform.ErrNotFound, b.p.Rearm(s.h, s.token, s.in)
	case 3:
		op, mayBe, err = "delete", platform.ErrNotFound, b.p.Delete(s.h)
	case 4:
		mayBe, err = windows.WSAEWOULDBLOCK, s.signal()
	default:
		if !b.away {
			var events [2]platform.Event
			op = "wait"
			_, err = b.p.Wait(events[:], 0)
		} else {
			op, err = "wake", b.p.Wake()
		}
	}
	if err != nil && !b.isKnown(op, err) && !errors.Is(err, mayBe) {
		b.Fatalf("%q of a handle that is there (%v): %v", op, there, err)
	}
}
