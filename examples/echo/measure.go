package main

import (
	"context"
	"errors"
	"net/netip"
	"time"
)

// A sample is what one round has measured of one style.
type sample struct {
	connections, goroutines int
	perSecond               float64
	p50, p99, p999          time.Duration
	cpu, cpuSteady          time.Duration // per message
	resident, heap          float64       // bytes per idle connection; 0 where it is not known
}

// enough is how many connections it takes to tell their memory from chance.
const enough = 100

// A measurement is one round of one style.
type measurement struct {
	options     options
	connections int
	style       string
	label       string
	progress    *progress
}

// run starts a server, measures it and ends it.
func (m *measurement) run(ctx context.Context) (s sample, err error) {
	m.progress.step(0, "%s: connecting %s clients", m.label, count(float64(m.connections)))
	c, err := startChild(m.options, m.style)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	r, err := c.report(askCPU)
	if err != nil {
		return s, err
	}
	before, err := m.empty(ctx, c, r.Addr)
	if err != nil {
		return s, err
	}
	l, err := m.dial(ctx, r.Addr, m.connections)
	if err != nil {
		return s, err
	}
	defer l.close()
	idle, err := c.report(askMemory)
	if err != nil {
		return s, err
	}
	s.connections, s.goroutines = idle.Connections, idle.Goroutines
	if m.connections >= enough {
		s.resident = float64(idle.Resident-before.Resident) / float64(m.connections)
		s.heap = float64(idle.Heap-before.Heap) / float64(m.connections)
	}

	m.progress.step(m.options.duration, "%s: ping-pong", m.label)
	if _, err := l.pingPong(ctx, m.options.duration/10); err != nil {
		return s, err
	}
	full, cpu, err := charge(c, func() (result, error) { return l.pingPong(ctx, m.options.duration) })
	if err != nil {
		return s, err
	}
	s.perSecond, s.cpu = full.perSecond(), cpu
	s.p50, s.p99, s.p999 = full.latency.quantile(0.50), full.latency.quantile(0.99), full.latency.quantile(0.999)

	m.progress.step(m.options.duration/2, "%s: %s messages per second", m.label, count(steadyRate))
	_, s.cpuSteady, err = charge(c, func() (result, error) { return l.spread(ctx, steadyRate, m.options.duration/2) })
	return s, err
}

// empty reports what a server takes that has no connections, but has had some:
// what is made once, for the first of them, is made.
func (m *measurement) empty(ctx context.Context, c *child, addr netip.AddrPort) (report, error) {
	l, err := m.dial(ctx, addr, min(m.connections, 16))
	if err != nil {
		return report{}, err
	}
	l.close()
	if err := c.await(0); err != nil {
		return report{}, err
	}
	return c.report(askMemory)
}

// dial connects clients. The caller closes the load.
func (m *measurement) dial(ctx context.Context, addr netip.AddrPort, clients int) (*load, error) {
	l, err := newLoad(clients, m.options.threads)
	if err != nil {
		return nil, err
	}
	if err := l.dial(ctx, addr); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// charge runs what and returns also how much CPU each message took in the
// server. Nothing is under way before and after, so all of it is theirs.
func charge(c *child, what func() (result, error)) (result, time.Duration, error) {
	before, err := c.report(askCPU)
	if err != nil {
		return result{}, 0, err
	}
	r, err := what()
	if err != nil {
		return r, 0, err
	}
	after, err := c.report(askCPU)
	if err != nil {
		return r, 0, err
	}
	return r, (after.CPU - before.CPU) / time.Duration(max(r.messages, 1)), nil
}
