package park_test

import (
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// A fakePoller fulfils platform's contract without a kernel: events are posted
// by the test. Its waits block on channels alone, so that testing/synctest sees
// when everybody is asleep (facts/pitfalls 26).
type fakePoller struct {
	mu     sync.Mutex
	tokens map[platform.Handle]platform.Token
	queue  []platform.Event
	woken  bool
	closed bool
	signal chan struct{}

	deleteErr error // what Delete returns
}

// newFake makes a reactor on a fake poller.
func newFake(t testing.TB, opts ...reactor.Option) (*reactor.Reactor, *fakePoller) {
	t.Helper()
	p := &fakePoller{
		tokens: make(map[platform.Handle]platform.Token),
		signal: make(chan struct{}, 1),
	}
	r, err := reactor.New(append(opts, reactor.WithPoller(p))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r, p
}

// check returns the error of a call for a handle that should be there, or not.
// It needs mu.
func (p *fakePoller) check(op string, h platform.Handle, there bool) error {
	_, ok := p.tokens[h]
	switch {
	case p.closed:
		return &platform.Error{Op: op, Handle: h, Kind: platform.ErrClosed}
	case ok && !there:
		return &platform.Error{Op: op, Handle: h, Kind: platform.ErrExists}
	case !ok && there:
		return &platform.Error{Op: op, Handle: h, Kind: platform.ErrNotFound}
	}
	return nil
}

func (p *fakePoller) Add(h platform.Handle, t platform.Token, _ platform.Interest, _ platform.Mode) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.check("add", h, false); err != nil {
		return err
	}
	p.tokens[h] = t
	return nil
}

func (p *fakePoller) Modify(h platform.Handle, t platform.Token, _ platform.Interest, _ platform.Mode) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.check("modify", h, true); err != nil {
		return err
	}
	p.tokens[h] = t
	return nil
}

func (p *fakePoller) Delete(h platform.Handle) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.check("delete", h, true); err != nil {
		return err
	}
	delete(p.tokens, h)
	return p.deleteErr
}

func (p *fakePoller) Rearm(platform.Handle, platform.Token, platform.Interest) error { return nil }

func (p *fakePoller) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	var expired <-chan time.Time
	if timeout > 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		p.mu.Lock()
		err := p.check("wait", platform.NoHandle, false)
		n := copy(events, p.queue)
		p.queue = p.queue[n:]
		woken := p.woken
		p.woken = false
		p.mu.Unlock()
		if n > 0 || woken || timeout == 0 || err != nil {
			return n, err
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
	p.woken = true
	p.notify()
	return p.check("wake", platform.NoHandle, false)
}

func (p *fakePoller) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.check("close", platform.NoHandle, false)
	p.closed = true
	p.notify()
	return err
}

func (p *fakePoller) notify() {
	select {
	case p.signal <- struct{}{}:
	default:
	}
}

// post queues an event for a handle, if it is registered.
func (p *fakePoller) post(h platform.Handle, ready platform.Ready) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t, ok := p.tokens[h]; ok {
		p.queue = append(p.queue, platform.Event{Token: t, Ready: ready})
		p.notify()
	}
}

// A fakeConn is a connection that has no more than a handle.
type fakeConn platform.Handle

func (c fakeConn) SyscallConn() (syscall.RawConn, error) { return c, nil }

func (c fakeConn) Control(f func(uintptr)) error {
	f(uintptr(c))
	return nil
}

func (c fakeConn) Read(func(uintptr) bool) error  { return net.ErrClosed }
func (c fakeConn) Write(func(uintptr) bool) error { return net.ErrClosed }

// A registrarFunc is a function that is a [park.Registrar].
type registrarFunc func(syscall.Conn, reactor.Interest) (*reactor.Registration, error)

func (f registrarFunc) Register(c syscall.Conn, in reactor.Interest) (*reactor.Registration, error) {
	return f(c, in)
}
