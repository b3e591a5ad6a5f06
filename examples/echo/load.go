package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A load is clients that are connected to one server, and the loops that drive
// them.
type load struct {
	loops []*loop
	up    atomic.Int64
}

// A result is what a load has measured.
type result struct {
	messages int
	elapsed  time.Duration
	latency  histogram
}

// perSecond is the rate of the answers.
func (r *result) perSecond() float64 {
	if r.elapsed <= 0 {
		return 0
	}
	return float64(r.messages) / r.elapsed.Seconds()
}

// newLoad makes loops for n clients; dial connects them.
func newLoad(n, threads int) (*load, error) {
	if threads == 0 {
		threads = min(max(runtime.NumCPU()/2, 1), 4)
	}
	threads = min(threads, n)
	l := &load{}
	for i := range threads {
		one, err := newLoop((n+i)/threads, &l.up)
		if err != nil {
			l.close()
			return nil, err
		}
		l.loops = append(l.loops, one)
	}
	return l, nil
}

// dial connects all clients.
func (l *load) dial(ctx context.Context, addr netip.AddrPort) error {
	_, err := l.run(ctx, func(_ int, one *loop) error { return one.dial(addr) })
	return err
}

// pingPong has every client send its next message when it has got an answer.
func (l *load) pingPong(ctx context.Context, d time.Duration) (result, error) {
	return l.run(ctx, func(_ int, one *loop) error { return one.pingPong(d) })
}

// spread sends rate messages per second, over all clients.
func (l *load) spread(ctx context.Context, rate int, d time.Duration) (result, error) {
	interval := max(time.Second*time.Duration(len(l.loops))/time.Duration(rate), 1)
	return l.run(ctx, func(i int, one *loop) error {
		// The loops take turns.
		return one.spread(interval*time.Duration(i)/time.Duration(len(l.loops)), interval, d)
	})
}

// run runs what on every loop at once, and sums up. When ctx ends it ends the
// loops for good.
func (l *load) run(ctx context.Context, what func(i int, one *loop) error) (result, error) {
	stop := context.AfterFunc(ctx, func() {
		for _, one := range l.loops {
			_ = one.poller.Close()
		}
	})
	defer stop()
	errs := make([]error, len(l.loops))
	start := time.Now()
	var all sync.WaitGroup
	for i, one := range l.loops {
		one.latency = histogram{}
		all.Go(func() { errs[i] = what(i, one) })
	}
	all.Wait()
	r := result{elapsed: time.Since(start)}
	for _, one := range l.loops {
		r.latency.merge(&one.latency)
	}
	r.messages = int(r.latency.total)
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	for i, one := range l.loops {
		if errs[i] == nil && one.lost > 0 {
			errs[i] = fmt.Errorf("%w (%d of %d)", one.why, one.lost, len(one.clients))
		}
	}
	return r, errors.Join(errs...)
}

func (l *load) close() {
	for _, one := range l.loops {
		one.close()
	}
}

// loadServer loads a server and tells what it measured.
func loadServer(ctx context.Context, o options, out io.Writer) error {
	a, err := net.ResolveTCPAddr("tcp", o.load)
	if err != nil {
		return &dialError{o.load, err}
	}
	addr := a.AddrPort()
	if a.IP == nil {
		addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), addr.Port())
	}
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	n, err := clients(o.connections, 64)
	if err != nil {
		return err
	}
	l, err := newLoad(n, o.threads)
	if err != nil {
		return err
	}
	defer l.close()
	if err := l.dial(ctx, addr); err != nil {
		return &dialError{o.load, err}
	}
	var r result
	switch {
	case o.duration == 0:
		return nil
	case o.rate > 0:
		r, err = l.spread(ctx, o.rate, o.duration)
	default:
		r, err = l.pingPong(ctx, o.duration)
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	var t table
	t.row("connections", count(float64(n)))
	t.row("round trips", count(float64(r.messages)))
	t.row("round trips per second", count(r.perSecond()))
	t.row("latency p50", latency(r.latency.quantile(0.50)))
	t.row("latency p99", latency(r.latency.quantile(0.99)))
	t.row("latency p99.9", latency(r.latency.quantile(0.999)))
	t.row("latency max", latency(r.latency.max))
	_, _ = io.WriteString(out, t.String())
	return err
}
