//go:build linux

package linux

import (
	"errors"
	"math"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/gen/spec"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
	"golang.org/x/sys/unix"
)

func TestProbe(t *testing.T) { platformtest.TestProbe(t, Probe, open) }

const both = platform.Readable | platform.Writable

// probed checks what a probe says.
func probed(t *testing.T, fd int, in platform.Interest, want platform.Ready) {
	t.Helper()
	if is, err := Probe(platform.Handle(fd), in); is != want || err != nil {
		t.Errorf("%v, %v, want %v", is, err, want)
	}
}

// notProbed checks that a probe fails, by a system call.
func notProbed(t *testing.T, fd int, in platform.Interest, call string, errno unix.Errno) {
	t.Helper()
	is, err := Probe(platform.Handle(fd), in)
	e, ok := errors.AsType[*platform.Error](err)
	if !ok || is != 0 || e.Op != "probe" || e.Handle != platform.Handle(fd) || errors.Is(err, platform.ErrNotPollable) != (errno == unix.EPERM || errno == unix.EBADF) {
		t.Errorf("%v, %v", is, err)
	}
	if s, ok := errors.AsType[*os.SyscallError](err); !ok || s.Syscall != call || s.Err != errno {
		t.Errorf("%v: want %v of %s", err, errno, call)
	}
}

// What has no poll function is refused, as by epoll. To poll(2) it is ready.
func TestProbeNotPollable(t *testing.T) {
	for in := platform.Interest(1); in <= platform.AllInterests; in++ {
		for _, path := range []string{"/dev/null", "/dev/zero", "/proc/self/exe", t.TempDir()} {
			fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
			if err != nil {
				t.Fatal(err)
			}
			notProbed(t, fd, in, "epoll_ctl", unix.EPERM)
			if err := unix.Close(fd); err != nil {
				t.Fatal(err)
			}
			notProbed(t, fd, in, "ppoll", unix.EBADF)
		}
		notProbed(t, math.MaxInt32, in, "ppoll", unix.EBADF)
		notProbed(t, -1, in, "ppoll", unix.EBADF)
	}
	fd, err := unix.Open(t.TempDir(), unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	notProbed(t, fd, both, "ppoll", unix.EBADF)
}

// A socket is probed where there is no descriptor left; what epoll must be asked
// about is not.
func TestProbeWithoutDescriptors(t *testing.T) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = unix.Close(fds[0]), unix.Close(fds[1]) }()
	if _, err := unix.Write(fds[1], []byte("x")); err != nil {
		t.Fatal(err)
	}
	null, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(null) }()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 1, Max: before.Max}); err != nil {
		t.Skip(err)
	}
	defer func() {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
			t.Error(err)
		}
	}()
	probed(t, fds[0], both, platform.ReadyReadable|platform.ReadyWritable)
	probed(t, fds[1], both, platform.ReadyWritable)
	notProbed(t, null, both, "epoll_create1", unix.EMFILE)
}

// The end of an anonymous pipe is for good. A direction that was not asked for is
// not named, and an end is, unasked.
func TestProbePipe(t *testing.T) {
	reader, writer := anonymous(t)
	defer func() { _ = unix.Close(reader) }()
	probed(t, reader, both, 0)
	probed(t, writer, both, platform.ReadyWritable)
	probed(t, writer, platform.Readable, 0)
	if _, err := unix.Write(writer, []byte("x")); err != nil {
		t.Fatal(err)
	}
	probed(t, reader, platform.Readable, platform.ReadyReadable)
	probed(t, reader, platform.Writable, 0)
	if err := unix.Close(writer); err != nil {
		t.Fatal(err)
	}
	const hungUp = platform.ReadyReadable | platform.ReadyWritable | ended
	for in := platform.Interest(1); in <= platform.AllInterests; in++ {
		probed(t, reader, in, hungUp)
	}
	if n := testing.AllocsPerRun(100, func() { probed(t, reader, both, hungUp) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// The handle of a process, which is neither socket nor pipe.
func TestProbeProcess(t *testing.T) {
	cmd, stdin := startChild(t)
	h := int(openProcess(t, cmd.Process))
	defer func() { _ = unix.Close(h) }()
	probed(t, h, platform.Readable, 0)
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; runtime.Gosched() {
		is, err := Probe(platform.Handle(h), platform.Readable)
		if err != nil || time.Now().After(end) {
			t.Fatalf("%v, %v", is, err)
		}
		if is == platform.ReadyReadable {
			break
		}
	}
}

// A device that can be polled, and that is readable and writable at once.
func TestProbeDevice(t *testing.T) {
	fd, err := unix.Eventfd(1, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	probed(t, fd, both, platform.ReadyReadable|platform.ReadyWritable)
	probed(t, fd, platform.Writable, platform.ReadyWritable)
	probed(t, fd, platform.Priority, 0)
}

// Every flag that a rule is about can come from poll(2): it fits, and has the
// value that it has there.
func TestProbeFlags(t *testing.T) {
	const all = unix.POLLIN | unix.POLLPRI | unix.POLLOUT | unix.POLLERR | unix.POLLHUP | unix.POLLRDHUP
	for _, rule := range target(t).Mechanism.Rules {
		for _, c := range rule.When {
			if c.Field != spec.Flags {
				continue
			}
			if flag := bit(t, c.Const); flag&^all != 0 || uint32(uint16(int16(flag))) != flag {
				t.Errorf("%s = %#x", c.Const, flag)
			}
		}
	}
}
