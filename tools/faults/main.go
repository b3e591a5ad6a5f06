// Faults makes system calls fail, from outside, in programs on rouse, and looks
// at what becomes of them:
//
//	go run ./tools/faults [-for 50s] [-jobs N] [-v]
//
// The programs are examples/echo in two styles, each waiting in two ways, and
// examples/proxy, as they are built for users; strace makes their calls fail. For
// each call that the library makes and each error that its manual page lists the
// N-th call of a thread fails, or each third from there on. Clients come meanwhile.
// Then either
//
//   - the program ended by itself, with 1 and one line that names the call and the
//     error, or
//   - it went on: whoever came after the fault was served, and whoever came before
//     it was served again, but for as many connections as there were faults; its
//     descriptors are as many as before; and it ended when it was told to.
//
// An interrupted call (EINTR) is seen by nobody. All else is a finding: a panic, a
// client that waits for an answer in vain, a descriptor that is left, a close that
// is made twice.
//
// It ends with 1 where there is a finding, and with 77 where there is no strace,
// or it may not trace.
//
// # What can't be told
//
// Go's runtime makes some of the same calls, for itself, and ends the program
// where they fail: those are passed over, as a run without faults shows them. A
// call that is made to fail is not made at all, so that
//
//   - a descriptor whose close fails stays open, where Linux has closed it in
//     spite of the error: it is counted and taken off;
//   - a read, write or accept that would block though there is something (EAGAIN)
//     loses an edge, which no kernel does: here the client sends again, which helps
//     a proxy's writes to the other side as little, and they are left out;
//   - an interrupted close is made known, as by package os, and not made again;
//   - an interrupted connect does not go on behind, as it does in a kernel, and a
//     getpeername that fails (with SO_PROTOCOL, a part of it) says that a socket is
//     not connected yet, when it is: both are left out;
//   - a poller's waker that fails, as no eventfd(2) does, is heard with the next
//     event that there is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"time"
)

// options are the command line.
type options struct {
	duration time.Duration
	jobs     int
	verbose  bool
}

// unable is the exit code of a machine that can't do it.
const unable = 77

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var o options
	flag.DurationVar(&o.duration, "for", 50*time.Second, "begin with no fault after this `time`; 0 is no limit")
	flag.IntVar(&o.jobs, "jobs", runtime.NumCPU(), "`number` of programs at a time")
	flag.BoolVar(&o.verbose, "v", false, "tell each fault, and not only what is odd")
	flag.Parse()
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
	}
	switch {
	case errors.Is(err, errUnable):
		os.Exit(unable)
	case err != nil:
		os.Exit(1)
	}
}

// run injects faults for a while, and says what came of them.
func run(ctx context.Context, o options, out io.Writer) error {
	if o.jobs < 1 || o.duration < 0 {
		return fmt.Errorf("%d jobs for %v: nothing to do", o.jobs, o.duration)
	}
	if err := canTrace(ctx); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "faults")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	up, err := newUpstream(ctx)
	if err != nil {
		return err
	}
	defer up.close()
	programs, err := build(ctx, dir, up.addr())
	if err != nil {
		return err
	}
	var cases []*fault
	for _, p := range programs {
		profile, err := observe(ctx, p)
		if err != nil {
			return fmt.Errorf("%v, without faults: %w", p, err)
		}
		cases = append(cases, plan(p, profile)...)
	}
	order(cases)
	done := inject(ctx, o, cases, out)
	t := newTable(done)
	if err := t.write(out, len(cases)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return t.verdict()
}
