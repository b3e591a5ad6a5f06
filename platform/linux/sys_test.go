//go:build linux

package linux

import (
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// Milliseconds are rounded up, never to 0, and never to what the kernel takes
// for something else (facts/pitfalls 20).
func TestMilliseconds(t *testing.T) {
	for _, c := range []struct {
		d    time.Duration
		want int
	}{
		{1, 1},
		{100 * time.Microsecond, 1},
		{time.Millisecond - 1, 1},
		{time.Millisecond, 1},
		{time.Millisecond + 1, 2},
		{1500 * time.Microsecond, 2},
		{20 * time.Millisecond, 20},
		{time.Hour, 3_600_000},
		{math.MaxInt32*time.Millisecond - 1, math.MaxInt32},
		{math.MaxInt32 * time.Millisecond, math.MaxInt32},
		{math.MaxInt32*time.Millisecond + 1, math.MaxInt32},
		{25 * 24 * time.Hour, math.MaxInt32},
		{math.MaxUint32 * time.Millisecond, math.MaxInt32},
		{math.MaxInt64, math.MaxInt32},
	} {
		if got := milliseconds(c.d); got != c.want {
			t.Errorf("milliseconds(%v) = %d, want %d", c.d, got, c.want)
		}
	}
}

// The fallback is not early either.
func TestMillisecondsNeverEarly(t *testing.T) {
	withoutPwait2(t)
	p := opened(t)
	events := make([]platform.Event, 1)
	for _, d := range []time.Duration{time.Nanosecond, 100 * time.Microsecond, time.Millisecond, 1500 * time.Microsecond} {
		start := time.Now()
		n, err := p.Wait(events, d)
		if took := time.Since(start); n != 0 || err != nil || took < d {
			t.Errorf("Wait(%v) = %d, %v after %v", d, n, err, took)
		}
	}
}

// Where there are too few descriptors Open says so, and keeps none.
func TestOpenWithoutDescriptors(t *testing.T) {
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	first, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Skipf("standard input is closed: %v", err)
	}
	taken := []int{first}
	defer func() {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
			t.Error(err)
		}
		for _, fd := range taken {
			_ = unix.Close(fd)
		}
	}()
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: 100, Max: before.Max}); err != nil {
		t.Skipf("the limit cannot be set: %v", err)
	}
	for {
		fd, err := unix.FcntlInt(0, unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			break
		}
		taken = append(taken, fd)
	}
	for free := range 2 {
		for range free {
			_ = unix.Close(taken[len(taken)-1])
			taken = taken[:len(taken)-1]
		}
		for range 3 {
			p, err := Open()
			if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "open" || !errors.Is(err, unix.EMFILE) {
				t.Fatalf("with room for %d descriptors: %v", free, err)
			}
			if _, ok := errors.AsType[*os.SyscallError](err); !ok || p != nil {
				t.Errorf("with room for %d descriptors: %v, %v", free, p, err)
			}
		}
	}
}
