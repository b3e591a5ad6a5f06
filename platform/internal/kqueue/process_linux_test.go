package kqueue

import (
	"os"
	"os/exec"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// child starts this program again, as a child of platformtest's: one that lives
// until its standard input ends.
func child(t *testing.T) *os.Process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Skipf("this program does not know itself: %v", err)
	}
	cmd := exec.Command(exe)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr // without them package os/exec needs /dev/null
	// The race detector would make the child wait a second before it ends.
	cmd.Env = append(os.Environ(), "ROUSE_PLATFORMTEST_CHILD=1", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("this program cannot start itself: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd.Process
}

// openProcess opens a process with a queue of its own.
func openProcess(t *testing.T, s system, p *os.Process, fault func(*Kevent) unix.Errno) (platform.Handle, error) {
	t.Helper()
	f, err := newFake(s)
	if err != nil {
		t.Fatal(err)
	}
	f.fault = fault
	return OpenProcess(f, &f.dialect, p)
}

// What is no process any more, or never was, is an error of its kind.
func TestProcessRefused(t *testing.T) {
	s := systems["freebsd"]
	reaped := child(t)
	if err := reaped.Kill(); err != nil {
		t.Fatal(err)
	}
	_, _ = reaped.Wait()
	released := child(t)
	pid := released.Pid
	defer func() { _ = unix.Kill(pid, unix.SIGKILL) }()
	if err := released.Release(); err != nil {
		t.Fatal(err)
	}
	noSuch := func(*Kevent) unix.Errno { return unix.ESRCH }
	noMemory := func(*Kevent) unix.Errno { return unix.ENOMEM }
	for name, c := range map[string]struct {
		p     *os.Process
		fault func(*Kevent) unix.Errno
		kind  error
		errno error
	}{
		"Nil":       {nil, nil, platform.ErrInvalid, unix.EINVAL},
		"Reaped":    {reaped, nil, os.ErrProcessDone, nil},
		"Released":  {released, nil, platform.ErrInvalid, nil},
		"NotReaped": {child(t), noSuch, os.ErrProcessDone, unix.ESRCH},
		"NoMemory":  {child(t), noMemory, unix.ENOMEM, unix.ENOMEM},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := openProcess(t, s, c.p, c.fault)
			refused(t, err, c.kind, c.errno)
			if h != platform.NoHandle {
				t.Errorf("handle %d", h)
			}
		})
	}
	for _, h := range []platform.Handle{platform.NoHandle, 1 << 31} {
		refused(t, CloseHandle(h), unix.EBADF, nil)
	}
}
