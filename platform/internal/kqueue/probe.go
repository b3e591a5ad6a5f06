//go:build unix

package kqueue

import (
	"errors"
	"math"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// ProbeEvents is how many events a probe has at most: one for each filter.
const ProbeEvents = 3

// A Prober is the memory of a probe: a table for one handle.
type Prober struct {
	table table
	entry entry
}

// Probe returns what holds of in for h. The queue has nothing added, and is
// closed.
func (p *Prober) Probe(q Queue, d *Dialect, h platform.Handle, in platform.Interest) (platform.Ready, error) {
	defer func() { _ = q.Close() }()
	switch {
	case !in.IsValid():
		return 0, platform.Invalid("probe", h, "kevent")
	case in&^d.interests != 0:
		return 0, &platform.Error{Op: "probe", Handle: h, Kind: errors.ErrUnsupported}
	case h > math.MaxInt32 || h == platform.Handle(q.FD()):
		// The queue got the number of one that was closed.
		return 0, failed("probe", h, "kevent", unix.EBADF)
	}
	kind, err := kindOf("probe", h)
	if err != nil {
		return 0, err
	}
	p.table.queue, p.table.dialect = q, d
	p.entry = entry{handle: h, kind: kind, mode: platform.Level}
	if err := p.table.watch(&p.entry, in, platform.Level); err != nil {
		return 0, failed("probe", h, "kevent", err)
	}
	n, err := q.Wait(ProbeEvents, 0)
	for err == unix.EINTR {
		n, err = q.Wait(ProbeEvents, 0)
	}
	if err != nil {
		return 0, failed("probe", h, "kevent", err)
	}
	var ready platform.Ready
	for i := range n {
		ev := q.Event(i)
		ready |= d.decode(p.entry.about(d.interest(ev.Filter)), &ev, kind.ends)
	}
	return ready, nil
}
