//go:build unix || windows

package reactor_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
)

// groupOf makes a group of n reactors on the system's poller.
func groupOf(t testing.TB, n int, opts ...reactor.Option) *reactor.Group {
	t.Helper()
	g, err := reactor.NewGroup(n, opts...)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no adapter for this system")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return g
}

// startGroup makes a group that is driven.
func startGroup(t testing.TB, n int, opts ...reactor.Option) *reactor.Group {
	t.Helper()
	g := groupOf(t, n, opts...)
	done := make(chan error, 1)
	go func() { done <- g.Run(context.Background()) }()
	t.Cleanup(func() { // before that of groupOf
		if err := g.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		if err := <-done; err != reactor.ErrShutdown {
			t.Errorf("Run: %v", err)
		}
	})
	return g
}

// Many goroutines register, talk and deregister at once; every reactor gets a
// share of it, and the counts of the group are the sums of theirs.
func TestGroup(t *testing.T) {
	const reactors, pairs, rounds = 4, 32, 20
	g := startGroup(t, reactors)
	ctx := within(t)
	var all sync.WaitGroup
	for range pairs {
		a, b := socketPair(t)
		all.Go(func() {
			defer closeHandle(t, a)
			defer closeHandle(t, b)
			for range rounds {
				near, err := g.RegisterHandle(a, reactor.Readable)
				if err != nil {
					t.Error(err)
					return
				}
				far, err := g.RegisterHandle(b, reactor.Writable)
				if err != nil {
					t.Error(err)
					return
				}
				if err := writeAll(ctx, far, []byte("ping")); err != nil {
					t.Error(err)
				}
				buf := make([]byte, 8)
				if n, err := readSome(ctx, near, buf); err != nil || !bytes.Equal(buf[:n], []byte("ping")) {
					t.Errorf("%q, %v", buf[:n], err)
				}
				if err := errors.Join(near.Deregister(), far.Deregister()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	var registered uint64
	for i, r := range g.Reactors() {
		s := r.Stats()
		if s.Registered == 0 || s.Live != 0 {
			t.Errorf("reactor %d: %+v", i, s)
		}
		registered += s.Registered
	}
	if s := g.Stats(); s.Registered != registered || registered != 2*pairs*rounds || s.Deregistered != registered {
		t.Errorf("%+v, want %d registrations", s, 2*pairs*rounds)
	}
}

// A connection of package net is watched where it stands, once only, whichever
// reactor it belongs to.
func TestGroupRegisterConn(t *testing.T) {
	g := startGroup(t, 3)
	ctx := within(t)
	near, far := tcpPairs(t, 24)
	for i, c := range near {
		r, err := g.Register(c, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Register(c, reactor.Readable); !errors.Is(err, platform.ErrExists) {
			t.Errorf("registered twice: %v", err)
		}
		if _, err := far[i].Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if ev, err := r.Readiness(ctx, reactor.Readable); err != nil || !ev.Ready.IsReadable() {
			t.Errorf("%v, %v", ev.Ready, err)
		}
		if err := r.Deregister(); err != nil {
			t.Error(err)
		}
	}
}

// Without a number there is a reactor for each processor of the program.
func TestGroupSize(t *testing.T) {
	for _, n := range []int{0, -1, 1, 3} {
		want := n
		if n <= 0 {
			want = runtime.GOMAXPROCS(0)
		}
		if got := len(groupOf(t, n).Reactors()); got != want {
			t.Errorf("NewGroup(%d) has %d reactors, want %d", n, got, want)
		}
	}
}

// Run returns what Reactor.Run returns, and may be called again.
func TestGroupRun(t *testing.T) {
	g := groupOf(t, 3)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := g.Run(ended); err != context.Canceled {
		t.Errorf("with a context that has ended: %v", err)
	}
	expiring, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := g.Run(expiring); err != context.DeadlineExceeded {
		t.Errorf("with a context that expires: %v", err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	if err := g.Run(context.Background()); err != reactor.ErrShutdown {
		t.Errorf("after Close: %v", err)
	}
}

// runUntil drives a group until end is called by what begin has begun.
func runUntil(t testing.TB, g *reactor.Group, begin func(end func())) error {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	begin(cancel)
	return g.Run(ctx)
}

// A group is driven once at a time: a second Run returns ErrBusy and leaves the
// first alone.
func TestGroupRunTwice(t *testing.T) {
	g := groupOf(t, 2)
	a, b := socketPair(t)
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	r, err := g.RegisterHandle(a, reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	err = runUntil(t, g, func(end func()) {
		if _, err := r.PollWriteReady(reactor.WakerFunc(func() {
			if err := g.Run(context.Background()); err != reactor.ErrBusy {
				t.Errorf("a second Run: %v", err)
			}
			end()
		})); err != reactor.ErrPending {
			t.Fatal(err)
		}
	})
	if err != context.Canceled {
		t.Errorf("the first Run: %v", err)
	}
}

// Who drives one of the reactors keeps it: Run ends with ErrBusy, and the other
// reactors are not left running.
func TestGroupRunBusyReactor(t *testing.T) {
	g := groupOf(t, 3)
	driven := g.Reactors()[1]
	a, b := socketPair(t)
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	r, err := driven.RegisterHandle(a, reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	woken := false
	if _, err := r.PollWriteReady(reactor.WakerFunc(func() {
		woken = true
		if err := g.Run(within(t)); err != reactor.ErrBusy {
			t.Errorf("Run: %v", err)
		}
	})); err != reactor.ErrPending {
		t.Fatal(err)
	}
	if _, err := driven.Turn(deadline); err != nil || !woken {
		t.Fatalf("%v, woken: %v", err, woken)
	}
	for i, r := range g.Reactors() {
		if _, err := r.Turn(0); err != nil {
			t.Errorf("reactor %d afterwards: %v", i, err)
		}
	}
}

// When one reactor ends, the others end too, and are not closed by that.
func TestGroupRunEndsTogether(t *testing.T) {
	g := groupOf(t, 4)
	rs := g.Reactors()
	a, b := socketPair(t)
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	r, err := rs[0].RegisterHandle(a, reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	err = runUntil(t, g, func(func()) {
		if _, err := r.PollWriteReady(reactor.WakerFunc(func() { _ = rs[2].Close() })); err != reactor.ErrPending {
			t.Fatal(err)
		}
	})
	if err != reactor.ErrShutdown {
		t.Errorf("Run: %v", err)
	}
	for i, r := range rs {
		var want error
		if i == 2 {
			want = reactor.ErrShutdown
		}
		if _, err := r.Turn(0); err != want {
			t.Errorf("reactor %d afterwards: %v, want %v", i, err, want)
		}
	}
}

// Close tells everybody who waits, in every reactor, and everybody who comes
// later. It may be called from a Waker.
func TestGroupClose(t *testing.T) {
	const pairs = 16
	g := groupOf(t, 3)
	ctx := within(t)
	var all sync.WaitGroup
	for range pairs {
		a, b := socketPair(t)
		t.Cleanup(func() { closeHandle(t, a); closeHandle(t, b) })
		r, err := g.RegisterHandle(a, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		all.Go(func() {
			if _, err := r.Readiness(ctx, reactor.Readable); err != reactor.ErrShutdown {
				t.Errorf("who waits: %v", err)
			}
		})
	}
	a, b := socketPair(t)
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	r, err := g.RegisterHandle(a, reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.PollWriteReady(reactor.WakerFunc(func() {
		if err := g.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})); err != reactor.ErrPending {
		t.Fatal(err)
	}
	if err := g.Run(ctx); err != reactor.ErrShutdown {
		t.Errorf("Run: %v", err)
	}
	all.Wait()
	if err := g.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
	if _, err := g.RegisterHandle(b, reactor.Readable); err != reactor.ErrShutdown {
		t.Errorf("RegisterHandle: %v", err)
	}
	conn, _ := tcpPair(t)
	if _, err := g.Register(conn, reactor.Readable); err != reactor.ErrShutdown {
		t.Errorf("Register: %v", err)
	}
	if s := g.Stats(); s.Registered != pairs+1 {
		t.Errorf("%+v, want %d registrations", s, pairs+1)
	}
}

// Closing against registering: whoever is late gets ErrShutdown.
func TestGroupCloseAgainstRegister(t *testing.T) {
	for range 20 {
		g := startGroup(t, 2)
		var all, begun sync.WaitGroup
		for range 4 {
			a, b := socketPair(t)
			begun.Add(1)
			all.Go(func() {
				defer closeHandle(t, a)
				defer closeHandle(t, b)
				for i := 0; ; i++ {
					runtime.Gosched()
					r, err := g.RegisterHandle(a, reactor.Readable)
					if i == 0 {
						begun.Done()
					}
					if err != nil {
						if err != reactor.ErrShutdown {
							t.Errorf("RegisterHandle: %v", err)
						}
						return
					}
					if err := r.Deregister(); err != nil {
						t.Errorf("Deregister: %v", err)
					}
				}
			})
		}
		begun.Wait()
		if err := g.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		all.Wait()
	}
}

// Processes go to each reactor by turns.
func TestGroupProcess(t *testing.T) {
	const reactors, each = 3, 2
	g := startGroup(t, reactors)
	ctx := within(t)
	c := startChild(t)
	var all []*reactor.Registration
	for range reactors * each {
		r, err := g.RegisterProcess(c.Process)
		if errors.Is(err, errors.ErrUnsupported) {
			t.Skipf("no handles for processes here: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	for i, r := range g.Reactors() {
		if live := r.Stats().Live; live != each {
			t.Errorf("reactor %d has %d, want %d", i, live, each)
		}
	}
	c.end()
	for _, r := range all {
		awaitEnd(ctx, t, r)
		deregister(t, r)
	}
	wait(t, c)
}

// So do sets of signals.
func TestGroupSignals(t *testing.T) {
	const reactors, each = 3, 2
	g := startGroup(t, reactors)
	var all []*reactor.Registration
	for range reactors * each {
		r, err := g.RegisterSignals(os.Interrupt)
		if errors.Is(err, errors.ErrUnsupported) {
			t.Skipf("no signals to read here: %v", err)
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	for i, r := range g.Reactors() {
		if live := r.Stats().Live; live != each {
			t.Errorf("reactor %d has %d, want %d", i, live, each)
		}
	}
	for _, r := range all {
		deregister(t, r)
	}
}

func TestGroupBadInput(t *testing.T) {
	g := groupOf(t, 2)
	if _, err := g.Register(nil, reactor.Readable); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("a nil connection: %v", err)
	}
	if _, err := g.RegisterHandle(platform.NoHandle, reactor.Readable); !errors.Is(err, platform.ErrNotPollable) {
		t.Errorf("no handle: %v", err)
	}
	if _, err := g.RegisterHandle(0, 0); !errors.Is(err, os.ErrInvalid) {
		t.Errorf("no interest: %v", err)
	}
	closed, _ := tcpPair(t)
	_ = closed.Close()
	if _, err := g.Register(closed, reactor.Readable); !errors.Is(err, os.ErrClosed) && !errors.Is(err, reactor.ErrDeregistered) {
		t.Errorf("a closed connection: %v", err)
	}
}

// A poller serves one reactor. Where it is refused, it is not closed.
func TestGroupWithPoller(t *testing.T) {
	p, err := native.Open()
	if err != nil {
		t.Skip(err)
	}
	for _, n := range []int{2, 0, -1} {
		if _, err := reactor.NewGroup(n, nil, reactor.WithPoller(p)); !errors.Is(err, os.ErrInvalid) {
			t.Errorf("NewGroup(%d): %v", n, err)
		}
	}
	g, err := reactor.NewGroup(1, nil, reactor.WithPoller(p))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Reactors()[0].Turn(0); err != nil {
		t.Errorf("the poller was closed: %v", err)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Wake(); !errors.Is(err, platform.ErrClosed) {
		t.Errorf("the poller was not closed: %v", err)
	}
}
