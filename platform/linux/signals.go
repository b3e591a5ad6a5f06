//go:build linux

package linux

import (
	"os"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/internal/signum"
	"golang.org/x/sys/unix"
)

// OpenSignals returns a handle that is readable while a signal of a set waits to
// be read, by [ReadSignal]: a signalfd. It is the caller's own, for
// [CloseHandle].
//
// A signal waits only while every thread blocks it; else a thread takes it, and
// package os/signal says what it does. A thread can block it for itself alone,
// and Go's runtime, which makes the threads, has rules of its own:
//
//   - What was blocked when the program began stays blocked in every thread. So
//     block it in one thread, between runtime.LockOSThread and syscall.Exec of
//     the program itself; examples/anyfd does.
//   - Never blocked, whatever the program began with, are those that the runtime
//     needs or ends the program by: SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT,
//     SIGCHLD, SIGPROF, SIGURG, those of faults, and 32 to 34 (blockableSig in
//     runtime/signal_unix.go; a C program that Go is a library of is spared
//     some). A set may have them, but os/signal gets them.
//   - signal.Notify unblocks what it is asked for, until signal.Stop.
//     signal.Ignore drops what waits, and nothing that comes later.
//
// Children begin with what is blocked here. A signal that waited before there
// was a handle is read, too, and by one handle where several have it in their
// sets. One that was sent to a thread is shown to that thread alone
// (signalfd(2)), and a poller looks from any.
//
// An empty set is platform.ErrInvalid, and so is one with a signal that is nil
// or no syscall.Signal, SIGKILL or SIGSTOP, which the kernel would leave out
// without a word (signalfd(2)), or a number that is no signal's.
func OpenSignals(sigs ...os.Signal) (platform.Handle, error) {
	if len(sigs) == 0 {
		return platform.NoHandle, platform.Invalid("open", platform.NoHandle, "signalfd")
	}
	var set unix.Sigset_t
	for _, s := range sigs {
		n, ok := signum.Of(s, lastSignal)
		if !ok {
			return platform.NoHandle, platform.Invalid("open", platform.NoHandle, "signalfd")
		}
		addSignal(&set, n)
	}
	fd, err := unix.Signalfd(-1, &set, unix.SFD_NONBLOCK|unix.SFD_CLOEXEC)
	if err != nil {
		return platform.NoHandle, notOpened(nil, "signalfd", err)
	}
	return platform.Handle(fd), nil
}

// addSignal adds a signal to a set, which has them from 1 on.
func addSignal(set *unix.Sigset_t, n int) {
	const width = int(8 * unsafe.Sizeof(set.Val[0]))
	set.Val[(n-1)/width] |= 1 << ((n - 1) % width)
}

// ReadSignal takes the next signal from a handle of [OpenSignals]. One that was
// sent several times before is read once, but for the real-time ones, which queue
// (signal(7)). It is a raw system call, made again when it was interrupted. It
// does not allocate. The error is a bare unix.Errno, unix.EAGAIN where there is
// none to read.
func ReadSignal(h platform.Handle) (os.Signal, error) {
	var info unix.SignalfdSiginfo
	n, err := Read(h, unsafe.Slice((*byte)(unsafe.Pointer(&info)), unsafe.Sizeof(info)))
	if err != nil {
		return nil, err
	}
	if n != int(unsafe.Sizeof(info)) {
		return nil, unix.EINVAL // it is no such handle
	}
	return unix.Signal(info.Signo), nil
}
