//go:build linux

package linux

import (
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// childEnv makes this program a child that lives until its standard input ends.
const childEnv = "ROUSE_LINUX_CHILD"

// The child of other tests; see startChild.
func TestChild(t *testing.T) {
	if os.Getenv(childEnv) == "" {
		t.Skip("this is no child")
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startChild starts a child, and returns what ends it.
func startChild(t *testing.T) (*exec.Cmd, io.Closer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("this program can't start itself: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, stdin
}

func openProcess(t *testing.T, p *os.Process) platform.Handle {
	t.Helper()
	h, err := OpenProcess(p)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skipf("this kernel has no pidfd: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The handle is readable from the process's end on, whether package os had a
// pidfd or a number alone, and is closed on exec.
func TestOpenProcess(t *testing.T) {
	for name, known := range map[string]func(*os.Process) *os.Process{
		"by pidfd":  func(p *os.Process) *os.Process { return p },
		"by number": func(p *os.Process) *os.Process { return &os.Process{Pid: p.Pid} },
	} {
		t.Run(name, func(t *testing.T) {
			cmd, stdin := startChild(t)
			process := known(cmd.Process)
			h := openProcess(t, process)
			if flags, err := unix.FcntlInt(uintptr(h), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
				t.Errorf("flags %#x, %v", flags, err)
			}
			p := opened(t)
			if err := p.Add(h, 1, platform.Readable, platform.Level); err != nil {
				t.Fatal(err)
			}
			events := make([]platform.Event, 4)
			if n, err := p.Wait(events, time.Millisecond); n != 0 || err != nil {
				t.Fatalf("while it runs: %v, %v", events[:n], err)
			}
			if err := stdin.Close(); err != nil {
				t.Fatal(err)
			}
			await := func() {
				t.Helper()
				n, err := p.Wait(events, 10*time.Second)
				if n != 1 || err != nil || !events[0].Ready.IsReadable() {
					t.Fatalf("after its end: %v, %v", events[:n], err)
				}
			}
			await()
			zombie := openProcess(t, process)
			if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			await()
			if _, err := OpenProcess(process); !errors.Is(err, os.ErrProcessDone) {
				t.Errorf("after it was waited for: %v", err)
			}
			if err := p.Delete(h); err != nil {
				t.Error(err)
			}
			for _, h := range []platform.Handle{h, zombie} {
				if err := CloseHandle(h); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// Where there is no pidfd the error says so; what else is wrong is the system's
// own error.
func TestOpenProcessUnsupported(t *testing.T) {
	defer func() { pidfdOpen = unix.PidfdOpen }()
	self := &os.Process{Pid: os.Getpid()}
	for errno, unsupported := range map[unix.Errno]bool{unix.ENOSYS: true, unix.EPERM: true, unix.EMFILE: false} {
		pidfdOpen = func(int, int) (int, error) { return -1, errno }
		_, err := OpenProcess(self)
		if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "open" || !errors.Is(err, errno) {
			t.Errorf("%v: %v", errno, err)
		}
		if errors.Is(err, errors.ErrUnsupported) != unsupported {
			t.Errorf("%v: %v is errors.ErrUnsupported: %v", errno, err, !unsupported)
		}
	}
}

// A number that is another process's by now is not opened: the process that had
// it was waited for while it was looked up.
func TestOpenProcessReused(t *testing.T) {
	defer func() { pidfdOpen = unix.PidfdOpen }()
	cmd, stdin := startChild(t)
	opened := -1
	pidfdOpen = func(int, int) (int, error) {
		if err := errors.Join(stdin.Close(), cmd.Wait()); err != nil {
			t.Error(err)
		}
		fd, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0) // stands for the other process
		opened = fd
		return fd, err
	}
	if _, err := OpenProcess(&os.Process{Pid: cmd.Process.Pid}); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("%v, want os.ErrProcessDone", err)
	}
	if _, err := unix.FcntlInt(uintptr(opened), unix.F_GETFD, 0); err != unix.EBADF {
		t.Errorf("the other process's handle: %v, want EBADF", err)
	}
}

func TestOpenProcessBadInput(t *testing.T) {
	for name, p := range map[string]*os.Process{"nil": nil, "zero": {}, "released": released(t)} {
		if _, err := OpenProcess(p); !errors.Is(err, platform.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, h := range []platform.Handle{platform.NoHandle, math.MaxInt32, 1 << 31} {
		err := CloseHandle(h)
		if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "close" || e.Handle != h || !errors.Is(err, unix.EBADF) {
			t.Errorf("close %#x: %v", h, err)
		}
	}
}

// released returns a process that was released.
func released(t *testing.T) *os.Process {
	t.Helper()
	p, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Release(); err != nil {
		t.Fatal(err)
	}
	return p
}
