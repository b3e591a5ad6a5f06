package scale

import (
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A fakePoller reports what it is told to, and costs next to nothing itself:
// descriptors run out long before a million registrations. Handles are numbers from
// 0, of which it has room for as many as it has tokens.
type fakePoller struct {
	tokens []platform.Token // by handle
	ready  []platform.Event // to be reported
}

func (p *fakePoller) Add(h platform.Handle, t platform.Token, _ platform.Interest, _ platform.Mode) error {
	p.tokens[h] = t
	return nil
}

func (p *fakePoller) Modify(h platform.Handle, t platform.Token, in platform.Interest, m platform.Mode) error {
	return p.Add(h, t, in, m)
}

func (p *fakePoller) Wait(events []platform.Event, _ time.Duration) (int, error) {
	n := copy(events, p.ready)
	p.ready = p.ready[n:]
	return n, nil
}

func (p *fakePoller) Delete(platform.Handle) error { return nil }
func (p *fakePoller) Wake() error                  { return nil }
func (p *fakePoller) Close() error                 { return nil }

func (p *fakePoller) Rearm(platform.Handle, platform.Token, platform.Interest) error { return nil }
