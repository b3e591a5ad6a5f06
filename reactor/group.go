package reactor

import (
	"context"
	"errors"
	"math/bits"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
)

// A Group is several reactors, each with a goroutine of its own, for a program
// whose events are more than one goroutine can handle. What is registered is
// spread over them and stays where it is: the wakers of one registration run on
// one goroutine, those of another perhaps beside them.
//
// All methods may be called from any goroutine, from a Waker too. A Group has no
// lock of its own.
type Group struct {
	reactors []*Reactor
	turn     atomic.Uint32 // whose turn it is to get what may go anywhere
	running  atomic.Bool
}

// NewGroup makes n reactors, each with opts; if n is 0 or less, as many as
// runtime.GOMAXPROCS says. Its errors are those of [New]: either all are made, or
// none is left open.
//
// A poller serves one reactor, so with [WithPoller] n must be 1. Anything else
// is os.ErrInvalid, and the poller stays the caller's.
func NewGroup(n int, opts ...Option) (*Group, error) {
	if configure(opts).poller != nil && n != 1 {
		return nil, &Error{"NewGroup", "WithPoller is for one reactor"}
	}
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	return newGroup(n, func() (*Reactor, error) { return New(opts...) })
}

func newGroup(n int, open func() (*Reactor, error)) (*Group, error) {
	g := new(Group)
	for range n {
		r, err := open()
		if err != nil {
			_ = g.Close() // the error is why
			return nil, err
		}
		g.reactors = append(g.reactors, r)
	}
	return g, nil
}

// Reactors returns the reactors of the group, in an order that does not change,
// for those who choose one themselves: a server with a listener for each, say.
// What is registered with one of them directly is not seen by the group's own
// Register, which may put the same handle into another.
func (g *Group) Reactors() []*Reactor { return slices.Clone(g.reactors) }

// Run drives all reactors, each on a goroutine of its own, until ctx ends, and
// returns its error, or until Close, and returns ErrShutdown. When one of them
// ends, the others do, and its error is returned. No goroutine is left when Run
// returns.
//
// It returns ErrBusy where the group is driven already, or one of its reactors.
func (g *Group) Run(ctx context.Context) error {
	if !g.running.CompareAndSwap(false, true) {
		return ErrBusy
	}
	defer g.running.Store(false)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error)
	for _, r := range g.reactors {
		go func() { ended <- r.Run(ctx) }()
	}
	var why error
	for i := range g.reactors {
		if err := <-ended; i == 0 {
			why = err
			stop()
		}
	}
	return why
}

// Close closes all reactors, as [Reactor.Close] does, and returns what errors
// they have. Calling it again does nothing.
func (g *Group) Close() error {
	var errs []error
	for _, r := range g.reactors {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}

// Stats returns the sums of what the reactors count.
func (g *Group) Stats() Stats {
	var sum Stats
	for _, r := range g.reactors {
		sum.add(r.Stats())
	}
	return sum
}

// Register is [Reactor.Register], with the reactor that c's handle belongs to.
func (g *Group) Register(c syscall.Conn, in Interest) (*Registration, error) {
	return registerConn(g, c, in)
}

// RegisterHandle is [Reactor.RegisterHandle], with the reactor that h belongs
// to. That is always the same one, so a handle that is registered already is
// platform.ErrExists, as with one reactor.
func (g *Group) RegisterHandle(h Handle, in Interest) (*Registration, error) {
	return g.of(h).RegisterHandle(h, in)
}

// RegisterProcess is [Reactor.RegisterProcess], with each reactor by turns.
func (g *Group) RegisterProcess(p *os.Process) (*Registration, error) {
	return g.next().RegisterProcess(p)
}

// RegisterSignals is [Reactor.RegisterSignals], with each reactor by turns.
func (g *Group) RegisterSignals(sigs ...os.Signal) (*Registration, error) {
	return g.next().RegisterSignals(sigs...)
}

// of returns the reactor that a handle belongs to.
//
// It follows from the handle alone. So nothing must be remembered, and two
// reactors never watch one handle, which on Windows loses events (wepoll#35).
func (g *Group) of(h Handle) *Reactor {
	// Systems hand out small numbers at even distances, and programs use them in
	// patterns, such as a timer for each connection. The multiples of the golden
	// ratio are spread evenly, at any distance (Knuth, volume 3, section 6.4).
	const golden = 0x9E3779B97F4A7C15
	i, _ := bits.Mul64(uint64(h)*golden, uint64(len(g.reactors)))
	return g.reactors[i]
}

// next returns one reactor after another.
func (g *Group) next() *Reactor {
	return g.reactors[g.turn.Add(1)%uint32(len(g.reactors))]
}

// add adds what another reactor counts.
func (s *Stats) add(o Stats) {
	s.Registered += o.Registered
	s.Deregistered += o.Deregistered
	s.Forgotten += o.Forgotten
	s.Turns += o.Turns
	s.Ready += o.Ready
	s.Stale += o.Stale
	s.Woken += o.Woken
	s.Yields += o.Yields
	s.Wakes += o.Wakes
	s.Live += o.Live
	s.PendingRelease += o.PendingRelease
}
