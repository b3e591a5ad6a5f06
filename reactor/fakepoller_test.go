package reactor

import (
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A fakePoller fulfils platform's contract without a kernel: events are posted
// by the test. Its waits block on channels alone, so that testing/synctest sees
// when everybody is asleep (facts/pitfalls 26).
type fakePoller struct {
	mu      sync.Mutex
	handles map[Handle]fakeHandle
	queue   []platform.Event
	woken   bool
	closed  bool
	signal  chan struct{}

	calls     []string // "add 3", "delete 3", ...
	addErr    error    // what the next calls return
	deleteErr error
	rearmErr  error
}

type fakeHandle struct {
	token    platform.Token
	interest Interest
}

func newFakePoller() *fakePoller {
	return &fakePoller{handles: make(map[Handle]fakeHandle), signal: make(chan struct{}, 1)}
}

func (p *fakePoller) call(op string, h Handle, needed bool, then func(fakeHandle) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, op)
	if p.closed {
		return &platform.Error{Op: op, Handle: h, Kind: platform.ErrClosed}
	}
	have, ok := p.handles[h]
	if ok != needed {
		kind := platform.ErrExists
		if needed {
			kind = platform.ErrNotFound
		}
		return &platform.Error{Op: op, Handle: h, Kind: kind}
	}
	return then(have)
}

func (p *fakePoller) Add(h Handle, t platform.Token, in Interest, _ platform.Mode) error {
	return p.call("add", h, false, func(fakeHandle) error {
		if p.addErr != nil {
			return p.addErr
		}
		p.handles[h] = fakeHandle{t, in}
		return nil
	})
}

func (p *fakePoller) Modify(h Handle, t platform.Token, in Interest, _ platform.Mode) error {
	return p.call("modify", h, true, func(fakeHandle) error {
		p.handles[h] = fakeHandle{t, in}
		return nil
	})
}

func (p *fakePoller) Delete(h Handle) error {
	return p.call("delete", h, true, func(fakeHandle) error {
		if p.deleteErr != nil {
			return p.deleteErr
		}
		delete(p.handles, h)
		return nil
	})
}

func (p *fakePoller) Rearm(h Handle, t platform.Token, in Interest) error {
	return p.call("rearm "+in.String(), h, true, func(have fakeHandle) error {
		if have.token != t {
			return &platform.Error{Op: "rearm", Handle: h, Kind: platform.ErrNotFound}
		}
		return p.rearmErr
	})
}

func (p *fakePoller) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	var expired <-chan time.Time
	if timeout > 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return 0, &platform.Error{Op: "wait", Handle: platform.NoHandle, Kind: platform.ErrClosed}
		}
		n := copy(events, p.queue)
		p.queue = p.queue[n:]
		woken := p.woken
		p.woken = false
		p.mu.Unlock()
		if n > 0 || woken || timeout == 0 {
			return n, nil
		}
		select {
		case <-p.signal:
		case <-expired:
			timeout = 0
		}
	}
}

func (p *fakePoller) Wake() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return &platform.Error{Op: "wake", Handle: platform.NoHandle, Kind: platform.ErrClosed}
	}
	p.calls = append(p.calls, "wake")
	p.woken = true
	p.notify()
	return nil
}

func (p *fakePoller) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return &platform.Error{Op: "close", Handle: platform.NoHandle, Kind: platform.ErrClosed}
	}
	p.closed = true
	p.notify()
	return nil
}

func (p *fakePoller) notify() {
	select {
	case p.signal <- struct{}{}:
	default:
	}
}

// post queues an event for a handle that is added.
func (p *fakePoller) post(h Handle, ready Ready) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.postToken(p.handles[h].token, ready)
}

// postToken queues an event for a token, whoever has it. It needs mu.
func (p *fakePoller) postToken(t platform.Token, ready Ready) {
	p.queue = append(p.queue, platform.Event{Token: t, Ready: ready})
	p.notify()
}

// count returns how often op was called.
func (p *fakePoller) count(op string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, call := range p.calls {
		if call == op {
			n++
		}
	}
	return n
}

// token returns the token that a handle was added with.
func (p *fakePoller) token(h Handle) platform.Token {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.handles[h].token
}

var _ platform.Poller = (*fakePoller)(nil)

// newFake makes a reactor on a fake poller. The test takes the turns.
func newFake(t testing.TB, opts ...Option) (*Reactor, *fakePoller) {
	t.Helper()
	p := newFakePoller()
	r, err := New(append([]Option{WithPoller(p)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r, p
}

// register registers a handle that the fake poller accepts.
func register(t testing.TB, r *Reactor, h Handle, in Interest) *Registration {
	t.Helper()
	g, err := r.RegisterHandle(h, in)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// turn takes a turn that does not wait.
func turn(t testing.TB, r *Reactor) int {
	t.Helper()
	n, err := r.Turn(0)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A countingWaker counts its wakes.
type countingWaker struct {
	mu sync.Mutex
	n  int
}

func (w *countingWaker) Wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
}

func (w *countingWaker) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.n
}
