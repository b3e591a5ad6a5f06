package load

import (
	"context"
	"runtime"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/child"
	"golang.org/x/sys/unix"
)

// A Result is what a load has measured.
type Result struct {
	CPU     time.Duration // of the server, for a message
	Latency Latency
}

// Measure is Run, and returns the CPU time alone.
func Measure(ctx context.Context, command []string, l Load, d time.Duration) (time.Duration, error) {
	r, err := Run(ctx, command, l, d)
	return r.CPU, err
}

// Run starts a server and puts a load on it. The first load is not counted: it
// brings the server to speed.
func Run(ctx context.Context, command []string, l Load, d time.Duration) (r Result, err error) {
	err = visit(ctx, command, l, func(server *child.Child, c *client) error {
		if !l.Churn {
			if err := c.connectAll(ctx, 0, l.Conns); err != nil {
				return err
			}
		}
		if _, err := c.run(ctx, d/5); err != nil {
			return err
		}
		before, err := server.CPU()
		if err != nil {
			return err
		}
		n, err := c.run(ctx, d)
		if err != nil {
			return err
		}
		after, err := server.CPU()
		r = Result{CPU: (after - before) / time.Duration(max(n, 1)), Latency: c.latency.summary()}
		return err
	})
	return r, err
}

// visit starts a server and a client of it, and ends both.
func visit(ctx context.Context, command []string, l Load, do func(*child.Child, *client) error) error {
	if err := enoughHandles(l.Conns); err != nil {
		return err
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	// A thread's timers are otherwise late by 50 us.
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0)

	server, err := child.Start(ctx, command)
	if err != nil {
		return err
	}
	defer server.Stop()
	c, err := newClient(l, server.Addr)
	if err != nil {
		return err
	}
	defer c.close()
	return do(server, c)
}
