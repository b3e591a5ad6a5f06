//go:build linux

package linux

import (
	"errors"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// parkable opens a poller that can park.
func parkable(t *testing.T) *Poller {
	t.Helper()
	p := opened(t)
	if !p.CanPark() {
		t.Skip("Go's runtime does not watch an epoll instance here")
	}
	return p
}

// The two ways to wait can be mixed: nothing that one has missed or left behind
// is lost to the other. The kernel is asked before the goroutine parks
// (facts/pitfalls 23).
func TestParkAndWait(t *testing.T) {
	p := parkable(t)
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)
	if err := p.Add(platform.Handle(fd), 1, platform.Readable, platform.Edge); err != nil {
		t.Fatal(err)
	}
	waits := []func([]platform.Event, time.Duration) (int, error){p.Wait, p.Park}
	events := make([]platform.Event, 4)
	for i := range 2000 {
		go func() {
			if i%3 == 0 {
				_ = p.Wake()
			} else {
				_ = signal(fd)
			}
		}()
		n, err := waits[i%2](events, []time.Duration{-1, time.Hour, 10 * time.Second}[i%3])
		if err != nil || n != min(i%3, 1) {
			t.Fatalf("round %d: %d, %v", i, n, err)
		}
	}
}

// A timeout is over with its Park: it neither cuts the next one short nor makes
// it fail.
func TestParkForgetsTimeout(t *testing.T) {
	p := parkable(t)
	events := make([]platform.Event, 1)
	for _, next := range []time.Duration{-1, time.Hour, 30 * time.Millisecond} {
		if n, err := p.Park(events, 2*time.Millisecond); n != 0 || err != nil {
			t.Fatalf("Park = %d, %v", n, err)
		}
		start := time.Now()
		time.AfterFunc(20*time.Millisecond, func() { _ = p.Wake() })
		n, err := p.Park(events, next)
		if took := time.Since(start); n != 0 || err != nil || took < 20*time.Millisecond {
			t.Fatalf("Park(%v) = %d, %v after %v", next, n, err, took)
		}
	}
}

// A parked goroutine holds no OS thread, so that one P is enough for many.
func TestParkManyPollers(t *testing.T) {
	const many = 100
	before := threads(t)
	ended := make(chan error, many)
	pollers := make([]*Poller, many)
	for i := range pollers {
		p := parkable(t)
		pollers[i] = p
		go func() {
			err := platform.ErrBusy
			for errors.Is(err, platform.ErrBusy) { // the look below may be in the way
				_, err = p.Park(make([]platform.Event, 1), -1)
			}
			ended <- err
		}()
	}
	for _, p := range pollers {
		for {
			if _, err := p.Wait(make([]platform.Event, 1), 0); errors.Is(err, platform.ErrBusy) {
				break
			}
			runtime.Gosched()
		}
	}
	if after := threads(t); after-before > many/2 {
		t.Errorf("%d parked goroutines have started %d threads", many, after-before)
	}
	for _, p := range pollers {
		if err := p.Wake(); err != nil {
			t.Fatal(err)
		}
	}
	for range pollers {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// threads counts the threads that this process has.
func threads(t *testing.T) int {
	t.Helper()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Skipf("threads are not listed: %v", err)
	}
	return len(tasks)
}

// facts/pitfalls 23: os.NewFile does not say that Go's runtime did not take the
// descriptor. Then parking is unsupported, and waiting is not.
func TestParkUnsupported(t *testing.T) {
	p := opened(t)
	p.park.once.Do(func() { p.park.err = unix.EPERM })
	if p.CanPark() {
		t.Error("CanPark is true")
	}
	events := make([]platform.Event, 1)
	_, err := p.Park(events, -1)
	if !errors.Is(err, errors.ErrUnsupported) || !errors.Is(err, unix.EPERM) {
		t.Errorf("Park: %v", err)
	}
	if n, err := p.Wait(events, time.Millisecond); n != 0 || err != nil {
		t.Errorf("Wait = %d, %v", n, err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

func TestParkClosed(t *testing.T) {
	p := parkable(t)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if p.CanPark() {
		t.Error("CanPark is true after Close")
	}
	for _, d := range []time.Duration{-1, 0, 1, time.Hour} {
		if _, err := p.Park(make([]platform.Event, 1), d); !errors.Is(err, platform.ErrClosed) {
			t.Errorf("Park(%v): %v", d, err)
		}
	}
}
