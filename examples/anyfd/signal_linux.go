package main

import (
	"context"
	"errors"
	"log"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// watched is the signal that is read instead of being caught.
const watched = unix.SIGUSR1

// signals is the set of it.
func signals() unix.Sigset_t {
	var set unix.Sigset_t
	const bit = uint(watched) - 1
	word := uint(unsafe.Sizeof(set.Val[0])) * 8
	set.Val[bit/word] |= 1 << (bit % word)
	return set
}

// again is set in the environment of the program when it has run itself anew.
const again = "ROUSE_ANYFD_AGAIN"

// blockSignal blocks the watched signal in every thread of this process. If it is
// not blocked yet it runs the program anew, in the same process, and does not
// return.
//
// A signal that is sent to a process stays pending, for a signalfd to read, only
// if no thread takes it; and a Go program can't block a signal in threads that
// the runtime has made, or will make. But the runtime gives its threads the mask
// that the program began with. The mask of a thread that calls execve is what the
// next program begins with: so block it in one thread, and exec.
//
// Blocking it in one thread and sending it to that thread (tgkill) would not do:
// epoll asks a signalfd on behalf of the thread that waits in epoll, which has no
// such signal pending (signalfd(2), epoll(7) semantics). A reactor's loop runs on
// any thread.
//
// Signals that Go needs for itself, as SIGURG and SIGCHLD, and those that end a
// program, as SIGTERM, it unblocks again: package os/signal has them.
func blockSignal() error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	set := signals()
	var before unix.Sigset_t
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &set, &before); err != nil {
		return os.NewSyscallError("rt_sigprocmask", err)
	}
	for i := range set.Val {
		before.Val[i] &= set.Val[i]
	}
	if before == set {
		return nil
	}
	if os.Getenv(again) != "" {
		return errors.New("the signal is not blocked where it should be")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	return os.NewSyscallError("execve", syscall.Exec(self, os.Args, append(os.Environ(), again+"=1")))
}

// watchSignal sends the process a signal and reads it from a signalfd, which the
// registration has of its own.
func watchSignal(ctx context.Context, r *reactor.Reactor, say *log.Logger) error {
	g, err := r.RegisterSignals(watched)
	if err != nil {
		return err
	}
	defer func() { _ = g.Deregister() }()

	if err := unix.Kill(os.Getpid(), watched); err != nil {
		return os.NewSyscallError("kill", err)
	}
	var sig os.Signal
	err = g.AsyncIO(ctx, reactor.Readable, func() (err error) {
		sig, err = native.ReadSignal(g.Handle())
		return err
	})
	if err != nil {
		return err
	}
	say.Printf("signalfd: %v", sig)
	return nil
}
