//go:build linux

package linux

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
	"golang.org/x/sys/unix"
)

func TestSignals(t *testing.T) {
	platformtest.TestSignals(t, platformtest.Signals{Open: OpenSignals, Read: ReadSignal, Close: CloseHandle}, open)
}

// openSignals opens a handle that is closed with the test.
func openSignals(t *testing.T, sigs ...os.Signal) platform.Handle {
	t.Helper()
	h, err := OpenSignals(sigs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := CloseHandle(h); err != nil {
			t.Error(err)
		}
	})
	return h
}

func TestOpenSignalsFlags(t *testing.T) {
	h := openSignals(t, unix.SIGUSR1)
	if flags, err := unix.FcntlInt(uintptr(h), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
		t.Errorf("descriptor flags %#x, %v", flags, err)
	}
	if flags, err := unix.FcntlInt(uintptr(h), unix.F_GETFL, 0); err != nil || flags&unix.O_NONBLOCK == 0 {
		t.Errorf("file flags %#x, %v", flags, err)
	}
}

// The kernel takes SIGKILL and SIGSTOP, and never reads them: that is why they
// are refused.
func TestOpenSignalsUnreadable(t *testing.T) {
	for _, s := range []unix.Signal{unix.SIGKILL, unix.SIGSTOP} {
		var set unix.Sigset_t
		addSignal(&set, int(s))
		fd, err := unix.Signalfd(-1, &set, unix.SFD_CLOEXEC)
		if err != nil {
			t.Errorf("signalfd(%v): %v", s, err)
			continue
		}
		_ = unix.Close(fd)
		if h, err := OpenSignals(s); h != platform.NoHandle || !errors.Is(err, platform.ErrInvalid) {
			t.Errorf("OpenSignals(%v) = %#x, %v", s, h, err)
		}
	}
	for _, s := range []unix.Signal{1, lastSignal} {
		openSignals(t, s)
	}
	if _, err := OpenSignals(unix.Signal(lastSignal + 1)); !errors.Is(err, platform.ErrInvalid) {
		t.Errorf("OpenSignals(%d): %v", lastSignal+1, err)
	}
}

// Where there are too many descriptors the error is the system's.
func TestOpenSignalsTooMany(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	none := before
	none.Cur = 0
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	h, err := OpenSignals(unix.SIGUSR1)
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "open" || h != platform.NoHandle || !errors.Is(err, unix.EMFILE) {
		t.Errorf("%#x, %v, want EMFILE", h, err)
	}
}

// What is read from another descriptor is no signal.
func TestReadSignalOther(t *testing.T) {
	fd, err := unix.Eventfd(1, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if s, err := ReadSignal(platform.Handle(fd)); s != nil || err != unix.EINVAL {
		t.Errorf("%v, %v, want EINVAL", s, err)
	}
}

// Real-time signals queue, and come in the order of their numbers.
func TestReadSignalRealTime(t *testing.T) {
	const low, high = unix.Signal(40), unix.Signal(lastSignal)
	platformtest.RunBlocked(t, func(t *testing.T) {
		h := openSignals(t, high, low)
		for _, s := range []unix.Signal{high, low, low, high} {
			if err := unix.Kill(unix.Getpid(), s); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []os.Signal{low, low, high, high} {
			if s, err := ReadSignal(h); s != want || err != nil {
				t.Errorf("%d: %v, %v, want %v", i, s, err, want)
			}
		}
		if s, err := ReadSignal(h); s != nil || err != unix.EAGAIN {
			t.Errorf("%v, %v, want EAGAIN", s, err)
		}
	}, low, high)
}

// allEnv says that the program began with all signals blocked.
const allEnv = "ROUSE_LINUX_ALL_BLOCKED"

// What Go's runtime unblocks of what the program began with is what OpenSignals
// says. Children begin with what it keeps.
func TestBlockedByRuntime(t *testing.T) {
	never := []unix.Signal{
		unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGABRT, unix.SIGCHLD, unix.SIGPROF, unix.SIGURG,
		unix.SIGILL, unix.SIGTRAP, unix.SIGBUS, unix.SIGFPE, unix.SIGSEGV, unix.SIGSYS, 32, 33, 34,
	}
	kept := []unix.Signal{
		unix.SIGUSR1, unix.SIGUSR2, unix.SIGPIPE, unix.SIGALRM, unix.SIGWINCH, unix.SIGIO, unix.SIGCONT, unix.SIGTSTP,
		unix.SIGTTIN, unix.SIGTTOU, unix.SIGXCPU, unix.SIGXFSZ, unix.SIGVTALRM, unix.SIGPWR, 35, lastSignal,
	}
	platformtest.RunBlocked(t, func(t *testing.T) {
		if os.Getenv(allEnv) == "" {
			beginAllBlocked(t)
		}
		var mask unix.Sigset_t
		if err := unix.PthreadSigmask(unix.SIG_BLOCK, nil, &mask); err != nil {
			t.Fatal(err)
		}
		for _, s := range never {
			with := mask
			if addSignal(&with, int(s)); with == mask {
				t.Errorf("%v is blocked", s)
			}
		}
		child, _ := startChild(t)
		childs := blockedIn(t, child.Process.Pid)
		for _, s := range kept {
			with := mask
			if addSignal(&with, int(s)); with != mask {
				t.Errorf("%v is not blocked", s)
			}
			if childs>>(s-1)&1 == 0 {
				t.Errorf("%v is not blocked in a child", s)
			}
		}
	}, unix.SIGUSR1)
}

// beginAllBlocked runs this program anew with all signals blocked.
func beginAllBlocked(t *testing.T) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var all unix.Sigset_t
	for n := 1; n <= lastSignal; n++ {
		addSignal(&all, n)
	}
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, nil); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Fatal(syscall.Exec(self, os.Args, append(os.Environ(), allEnv+"=1")))
}

// blockedIn returns what a process's first thread blocks, which may be everything
// for the moment in which it makes another.
func blockedIn(t *testing.T, process int) (mask uint64) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		t.Skipf("nothing is known about process %d: %v", process, err)
	}
	for line := range strings.Lines(string(status)) {
		if hex, ok := strings.CutPrefix(line, "SigBlk:"); ok {
			if _, err := fmt.Sscanf(hex, "%x", &mask); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
		}
	}
	return mask
}
