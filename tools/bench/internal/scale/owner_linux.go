package scale

import "github.com/rouse-io/rouse/reactor"

// An owner owns a registration in poll style, as a server's connection does: when
// it is woken it handles what there is, takes the readiness back and parks again.
type owner struct {
	g      *reactor.Registration
	handle func() error // what to do with an event
	events int
	err    error
}

// Wake implements [reactor.Waker].
func (o *owner) Wake() {
	for {
		ev, err := o.g.PollReadReady(o)
		if err == reactor.ErrPending { //nolint:errorlint // bare, as the reactor returns it
			return
		}
		if err != nil {
			o.err = err
			return
		}
		o.g.ClearReadiness(ev)
		o.events++
		if o.handle == nil {
			continue
		}
		if o.err = o.handle(); o.err != nil {
			return
		}
	}
}
