package main

import (
	"context"
	"encoding/binary"
	"log"
	"os"
	"time"

	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// watchTimer waits for three ticks of a timerfd.
func watchTimer(ctx context.Context, r *reactor.Reactor, say *log.Logger) error {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("timerfd_create", err)
	}
	defer func() { _ = unix.Close(fd) }()
	g, err := r.RegisterHandle(reactor.Handle(fd), reactor.Readable)
	if err != nil {
		return err
	}
	// Deferred later, so done earlier: Deregister comes before Close.
	defer func() { _ = g.Deregister() }()

	tick := unix.NsecToTimespec(int64(300 * time.Millisecond))
	if err := unix.TimerfdSettime(fd, 0, &unix.ItimerSpec{Interval: tick, Value: tick}, nil); err != nil {
		return os.NewSyscallError("timerfd_settime", err)
	}
	for ticks := uint64(0); ticks < 3; {
		// A read returns how often the timer has expired since the last one.
		var buf [8]byte
		if _, err := read(ctx, g, buf[:]); err != nil {
			return err
		}
		ticks += binary.NativeEndian.Uint64(buf[:])
		say.Printf("timerfd: %d of 3 ticks", ticks)
	}
	return nil
}
