//go:build unix

package kqueue

import (
	"errors"
	"math"
	"os"
	"sync/atomic"
	"time"

	"github.com/rouse-io/rouse/internal/gate"
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// A Poller is a kqueue and the table of what was added to it. It must be opened.
// Package platform has its contract.
type Poller struct {
	gate  gate.Gate
	queue Queue
	waker waker
	woken atomic.Bool // a wake is under way, and no Wait has seen it yet
	table table
	busy  atomic.Bool // a Wait is under way
}

var _ platform.Poller = (*Poller)(nil)

// Open makes a poller of a queue, which it closes where it fails.
func (p *Poller) Open(q Queue, d *Dialect) error {
	p.queue = q
	if err := p.waker.open(q, d); err != nil {
		_ = q.Close()
		return &platform.Error{Op: "open", Handle: platform.NoHandle, Err: err}
	}
	p.table.open(q, d)
	return nil
}

// Add implements [platform.Poller].
func (p *Poller) Add(h platform.Handle, t platform.Token, in platform.Interest, m platform.Mode) error {
	if err := p.enter("add", h, in, m); err != nil {
		return err
	}
	defer p.gate.Leave()
	if h > math.MaxInt32 {
		return failed("add", h, "kevent", unix.EBADF)
	}
	if p.owns(h) {
		return failed("add", h, "kevent", unix.EINVAL)
	}
	return p.table.add(h, t, in, m)
}

// Modify implements [platform.Poller].
func (p *Poller) Modify(h platform.Handle, t platform.Token, in platform.Interest, m platform.Mode) error {
	if err := p.enter("modify", h, in, m); err != nil {
		return err
	}
	defer p.gate.Leave()
	return p.table.modify(h, t, in, m)
}

// enter lets a call in that has such arguments. After nil the caller must leave
// the gate.
func (p *Poller) enter(op string, h platform.Handle, in platform.Interest, m platform.Mode) error {
	if !p.gate.Enter() {
		return closed(op, h)
	}
	var err error
	switch {
	case !in.IsValid() || !m.IsValid():
		err = platform.Invalid(op, h, "kevent")
	case in&^p.table.dialect.interests != 0:
		err = &platform.Error{Op: op, Handle: h, Kind: errors.ErrUnsupported}
	default:
		return nil
	}
	p.gate.Leave()
	return err
}

// owns reports whether h is the poller's own: to watch it would be to watch
// itself, or to take its waker away.
func (p *Poller) owns(h platform.Handle) bool {
	return h == platform.Handle(p.queue.FD()) || p.waker.owns(h)
}

// Delete implements [platform.Poller].
func (p *Poller) Delete(h platform.Handle) error {
	if !p.gate.Enter() {
		return closed("delete", h)
	}
	defer p.gate.Leave()
	return p.table.delete(h)
}

// Rearm implements [platform.Poller]. The kernel has edges: there is nothing to
// do.
func (p *Poller) Rearm(h platform.Handle, _ platform.Token, in platform.Interest) error {
	if p.gate.IsClosed() {
		return closed("rearm", h)
	}
	if !in.IsValid() {
		return platform.Invalid("rearm", h, "kevent")
	}
	return nil
}

// Wait implements [platform.Poller].
func (p *Poller) Wait(events []platform.Event, timeout time.Duration) (int, error) {
	if err := p.begin(events); err != nil {
		return 0, err
	}
	defer p.end()
	var deadline time.Time
	if timeout > 0 {
		deadline = time.Now().Add(timeout)
	}
	for {
		k, n, woken, err := p.poll(events, timeout)
		if err != nil || n > 0 || woken {
			return n, err
		}
		if timeout > 0 {
			timeout = max(time.Until(deadline), 0)
		}
		if timeout == 0 && k == 0 {
			return 0, nil
		}
	}
}

// begin starts a wait: it lets one goroutine in. After nil the caller must end.
func (p *Poller) begin(events []platform.Event) error {
	if !p.gate.Enter() {
		return closed("wait", platform.NoHandle)
	}
	if len(events) == 0 {
		p.gate.Leave()
		return platform.Invalid("wait", platform.NoHandle, "kevent")
	}
	if p.busy.Swap(true) {
		p.gate.Leave()
		return &platform.Error{Op: "wait", Handle: platform.NoHandle, Kind: platform.ErrBusy}
	}
	return nil
}

// end ends what begin began.
func (p *Poller) end() {
	p.busy.Store(false)
	p.gate.Leave()
}

// poll asks the kernel once. It returns how many events the kernel had, and how
// many of them are to be reported: where those are none it is asked again.
func (p *Poller) poll(events []platform.Event, timeout time.Duration) (k, n int, woken bool, err error) {
	k, err = p.queue.Wait(min(len(events), Batch), timeout)
	for err == unix.EINTR && timeout == 0 {
		k, err = p.queue.Wait(min(len(events), Batch), 0)
	}
	switch err {
	case nil:
	case unix.EINTR:
		return 0, 0, false, nil
	default:
		return 0, 0, false, &platform.Error{Op: "wait", Handle: platform.NoHandle, Err: os.NewSyscallError("kevent", err)}
	}
	n, woken = p.table.report(k, &p.waker, events)
	if woken {
		// Clear the flag before the caller looks for what it was woken for:
		// from here on a Wake makes a new event.
		p.woken.Swap(false)
	}
	if p.gate.IsClosed() {
		return 0, 0, false, closed("wait", platform.NoHandle)
	}
	return k, n, woken, nil
}

// Wake implements [platform.Poller].
func (p *Poller) Wake() error {
	if !p.gate.Enter() {
		return closed("wake", platform.NoHandle)
	}
	defer p.gate.Leave()
	// A swap, not a load: it is what carries the caller's writes to the waiter,
	// and what keeps them before the look at the flag.
	if p.woken.Swap(true) {
		return nil
	}
	if err := p.waker.signal(p.queue); err != nil {
		p.woken.Store(false)
		return &platform.Error{Op: "wake", Handle: platform.NoHandle, Err: err}
	}
	return nil
}

// Close implements [platform.Poller].
func (p *Poller) Close() error {
	kick := func() { _ = p.waker.signal(p.queue) }
	if !p.gate.Close(kick) {
		return closed("close", platform.NoHandle)
	}
	err := errors.Join(p.waker.close(), os.NewSyscallError("close", p.queue.Close()))
	if err != nil {
		return &platform.Error{Op: "close", Handle: platform.NoHandle, Err: err}
	}
	return nil
}
