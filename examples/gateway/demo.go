package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"
)

// A sample is what was measured of one style.
type sample struct {
	idle report        // with all clients, which are idle
	cpu  time.Duration // for each ping
}

// demo measures each style, and prints a table.
func demo(ctx context.Context, o options, out, errOut io.Writer) error {
	n, err := allowedClients(o.clients)
	if err != nil {
		return err
	}
	var t table
	t.row("style", "clients", "goroutines", "resident", "each client", "of it heap", "CPU for a ping")
	for _, style := range []string{styleParked, styleGoroutine} {
		_, _ = fmt.Fprintf(errOut, "%s: %s clients\n", style, count(n))
		before, with, err := measure(ctx, o, style, n)
		if ctx.Err() != nil {
			return errors.New("interrupted")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", style, err)
		}
		t.row(
			style, count(n), count(with.idle.Goroutines),
			fmt.Sprintf("%.1f MB", float64(with.idle.Resident)/1e6),
			count((with.idle.Resident-before.Resident)/int64(n))+" B",
			count((with.idle.Heap-before.Heap)/int64(n))+" B",
			cpu(with.cpu),
		)
	}
	_, err = fmt.Fprintf(out, `%s
Each gateway ran in a process of its own and its clients in another, over
loopback, on %s/%s with %d CPUs and %s.
All clients got a broadcast every %v, and all at once sent pings and got the
answers; then they were idle. The memory is %s,
after a collection; that of each client is beyond what the gateway takes
without any. The kernel's is not counted: it is the same for both. The CPU is
user and kernel, with the broadcasts that were made meanwhile.
`, &t, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), o.every, residentIs)
	return err
}

// cpu writes a processor time, which is 0 where it is not known.
func cpu(d time.Duration) string {
	if d == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f µs", float64(d)/1e3)
}

// measure runs a gateway, and reports what it takes without clients, and with n.
func measure(ctx context.Context, o options, style string, n int) (before report, with sample, err error) {
	server, err := startChild("-listen", "127.0.0.1:0", "-style", style, "-every", o.every.String(), "-control")
	if err != nil {
		return before, with, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	// What is made once, for the first clients, is made before.
	if _, err := visit(server, min(n, 2*dialers)); err != nil {
		return before, with, err
	}
	if before, err = alone(ctx, server); err != nil {
		return before, with, err
	}
	with, err = visit(server, n)
	return before, with, err
}

// visit has a gateway visited by n clients.
func visit(server *child, n int) (s sample, err error) {
	r, err := server.report(askQuick)
	if err != nil {
		return s, err
	}
	clients, err := startChild("-crowd", r.Addr, "-clients", strconv.Itoa(n))
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, clients.stop()) }()
	if err := clients.do(askHear); err != nil {
		return s, err
	}
	if s.cpu, err = pings(server, clients, n); err != nil {
		return s, err
	}
	if err := clients.do(askHear); err != nil {
		return s, err
	}
	if s.idle, err = server.report(askReport); err == nil && s.idle.Clients != n {
		err = fmt.Errorf("the gateway has %d clients, want %d", s.idle.Clients, n)
	}
	return s, err
}

// pings has everybody send pings, and returns how much CPU each took.
func pings(server, clients *child, n int) (time.Duration, error) {
	const rounds = 5
	before, err := server.report(askQuick)
	if err != nil {
		return 0, err
	}
	for range rounds {
		if err := clients.do(askPing); err != nil {
			return 0, err
		}
	}
	after, err := server.report(askQuick)
	return (after.CPU - before.CPU) / time.Duration(rounds*n), err
}

// alone reports what a gateway takes when its clients have gone.
func alone(ctx context.Context, server *child) (report, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		r, err := server.report(askQuick)
		if err != nil {
			return r, err
		}
		if r.Clients == 0 {
			return server.report(askReport)
		}
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			return r, fmt.Errorf("the gateway still has %d clients: %w", r.Clients, ctx.Err())
		}
	}
}
