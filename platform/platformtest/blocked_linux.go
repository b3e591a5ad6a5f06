package platformtest

import (
	"errors"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// blockedEnv says how far this program is in having signals blocked.
const blockedEnv = "ROUSE_PLATFORMTEST_BLOCKED"

// The values of blockedEnv.
const (
	toBlock = "to block" // it must block them and begin anew
	blocked = "blocked"  // it has begun with them
)

// RunBlocked runs f, which is all that the test t does, where the signals are
// such that they can be read from handles of signals. Here on Linux that is
// where every thread blocks them: in a program that began so, which is this one,
// run again for this one test. Elsewhere f runs in this process.
func RunBlocked(t *testing.T, f func(t *testing.T), sigs ...os.Signal) {
	t.Helper()
	switch os.Getenv(blockedEnv) {
	case toBlock:
		beginBlocked(t, sigs)
	case blocked:
		for _, s := range sigs {
			if !isBlocked(t, s) {
				t.Fatalf("%v is not blocked", s)
			}
		}
		f(t)
	default:
		runAgain(t)
	}
}

// runAgain runs the test in a program of its own.
func runAgain(t *testing.T) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Skipf("this program does not know itself: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), exe, "-test.v", "-test.timeout=2m", "-test.run=^"+regexp.QuoteMeta(t.Name())+"$")
	if testing.Short() {
		cmd.Args = append(cmd.Args, "-test.short")
	}
	cmd.Env = append(os.Environ(), blockedEnv+"="+toBlock, "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	out, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Skipf("this program cannot start itself: %v", err)
	}
	switch {
	case err == nil && strings.Contains(string(out), "--- SKIP: "+t.Name()+" "):
		t.Skipf("%s", out)
	case err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()+" "):
		t.Fatalf("where the signals are blocked: %v\n%s", err, out)
	}
}

// beginBlocked runs this program anew, in this process, with signals that are
// blocked from its begin on: the runtime gives its threads what the program began
// with, and that is the mask of the thread that calls execve.
func beginBlocked(t *testing.T, sigs []os.Signal) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var set unix.Sigset_t
	for _, s := range sigs {
		word, bit := place(s)
		set.Val[word] |= 1 << bit
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &set, nil); err != nil {
		t.Fatal(err)
	}
	t.Setenv(blockedEnv, blocked)
	t.Fatal(syscall.Exec(exe, os.Args, os.Environ()))
}

// isBlocked reports whether this thread blocks a signal.
func isBlocked(t *testing.T, s os.Signal) bool {
	t.Helper()
	var set unix.Sigset_t
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, nil, &set); err != nil {
		t.Fatal(err)
	}
	word, bit := place(s)
	return set.Val[word]>>bit&1 != 0
}

// place returns where a signal is in a set.
func place(s os.Signal) (word, bit uint) {
	n := uint(s.(syscall.Signal)) - 1
	width := uint(8 * unsafe.Sizeof(unix.Sigset_t{}.Val[0]))
	return n / width, n % width
}
