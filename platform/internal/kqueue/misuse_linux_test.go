package kqueue

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// A kqueue that somebody else closes while a Wait is under way ends it with an
// error, where the kernel does. (Where it does not the Wait goes on: see
// platformtest, Misuse.)
func TestQueueClosedUnderWaiter(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		a, b := pair(t)
		add(t, p, a, 1, readable, edge)
		ended := make(chan error, 1)
		go func() {
			n, err := p.Wait(make([]platform.Event, 1), -1)
			if n != 0 {
				t.Errorf("Wait reports %d events", n)
			}
			ended <- err
		}()
		for end := time.Now().Add(10 * time.Second); !p.busy.Load(); runtime.Gosched() {
			if time.Now().After(end) {
				t.Fatal("nobody waits")
			}
		}
		f.mu.Lock()
		for _, fd := range append(f.edges[:], f.master) {
			_ = unix.Close(fd)
		}
		f.wakeUp() // as the kernel does
		f.mu.Unlock()
		select {
		case err := <-ended:
			refused(t, err, unix.EBADF, nil)
		case <-time.After(10 * time.Second):
			t.Fatal("Wait hangs")
		}
		refused(t, p.Add(b, 2, readable, edge), unix.EBADF, nil)
	})
}

// The most that one call changes, each filter that there is for each other one,
// is what a Queue takes at once, and is one system call.
func TestMostChanges(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		l, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		h := owned(t, l)
		filters := 0
		for bit := readable; bit <= platform.Priority; bit <<= 1 {
			if s.dialect.interests&bit != 0 {
				filters++
			}
		}
		add(t, p, h, 1, s.dialect.interests, edge)
		f.calls()
		changes := 0
		f.fault = func(*Kevent) unix.Errno {
			changes++
			return 0
		}
		modify(t, p, h, 2, s.dialect.interests, level)
		if changes != 2*filters || changes > MaxChanges {
			t.Errorf("%d changes of %d filters, and %d are what a Queue takes", changes, filters, MaxChanges)
		}
		if got := f.calls(); got != (calls{change: 1}) {
			t.Errorf("%+v, want one call", got)
		}
		if n := f.filters(uintptr(h)); n != filters {
			t.Errorf("%d filters, want %d", n, filters)
		}
	})
}

// More handles than one call brings events of, all at once: each is reported
// once.
func TestMoreThanABatch(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		const many = Batch + 10
		var limit unix.Rlimit
		if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur < many+40 {
			t.Skipf("this process may have %d descriptors only (%v)", limit.Cur, err)
		}
		p, _ := opened(t, s)
		var handles [many]platform.Handle
		for i := 0; i < many; i += 2 {
			handles[i], handles[i+1] = pair(t)
		}
		for i, h := range handles {
			add(t, p, h, platform.Token(i), writable, oneShot)
		}
		events := make([]platform.Event, 2*Batch)
		var got [many]int
		for sum := 0; sum < many; {
			n, err := p.Wait(events, 0)
			if err != nil || n == 0 || n > Batch {
				t.Fatalf("Wait = %d, %v, after %d events", n, err, sum)
			}
			for _, ev := range events[:n] {
				got[ev.Token]++
			}
			sum += n
		}
		for i, n := range got {
			if n != 1 {
				t.Errorf("handle %d is reported %d times", i, n)
			}
		}
		reports(t, p)
	})
}

// A number that no descriptor has is refused before the kernel is asked, which
// would take it for another one.
func TestNoDescriptor(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		a, b := pair(t)
		add(t, p, a, 1, readable, edge)
		f.calls()
		list := []platform.Handle{math.MaxInt32 + 1, platform.NoHandle, platform.NoHandle - 4}
		if wide := platform.Handle(math.MaxUint32); wide < platform.NoHandle {
			list = append(list, wide+1+a) // its lower half is a's
		}
		for _, h := range list {
			refused(t, p.Add(h, 2, readable, edge), platform.ErrNotPollable, unix.EBADF)
			refused(t, p.Modify(h, 2, readable, level), platform.ErrNotFound, nil)
			refused(t, p.Delete(h), platform.ErrNotFound, nil)
		}
		if got := f.calls(); got != (calls{}) {
			t.Errorf("%+v, want no call", got)
		}
		write(t, b)
		reports(t, p, event(1, platform.ReadyReadable))
	})
}

// Closed descriptors, whoever has their numbers meanwhile, in the order in which
// a careless program goes about it: close, then Delete (facts/pitfalls 14).
func TestClosedBeforeDelete(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		a, peer := pair(t)
		add(t, p, a, 1, readable|writable, edge)
		closeHandle(t, a)
		reports(t, p)
		heir, other := pair(t)
		if heir != a {
			t.Skipf("the number %d was not used again", a)
		}
		write(t, other)
		reports(t, p) // the heir was not added
		refused(t, p.Delete(heir), platform.ErrNotFound, unix.ENOENT)
		add(t, p, heir, 2, readable, edge)
		reports(t, p, event(2, platform.ReadyReadable))
		closeHandle(t, peer)
		reports(t, p)
		if n := f.filters(uintptr(heir)); n != 1 {
			t.Errorf("%d filters, want 1", n)
		}
	})
}

// Another user's process can be watched: that kill(2) is refused says that it is
// there.
func TestProcessOfAnother(t *testing.T) {
	skip := make(chan string, 1)
	go func() {
		defer close(skip)
		// The thread ends with the goroutine, and with it what it has become.
		runtime.LockOSThread()
		const nobody = 65534
		if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, nobody, nobody, nobody); errno != 0 {
			skip <- fmt.Sprintf("only root can become somebody else: %v", errno)
			return
		}
		first, err := os.FindProcess(1)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = first.Release() }()
		if err := first.Signal(unix.Signal(0)); !errors.Is(err, unix.EPERM) {
			skip <- fmt.Sprintf("process 1 is not another user's: %v", err)
			return
		}
		for goos, s := range systems {
			f, err := newFake(s)
			if err != nil {
				t.Error(err)
				return
			}
			h, err := OpenProcess(f, &f.dialect, first)
			if err != nil {
				t.Errorf("%s: %v", goos, err)
				continue
			}
			if n, err := f.Wait(1, 0); n != 0 || err != nil {
				t.Errorf("%s: process 1 has ended: %d, %v", goos, n, err)
			}
			f.closeOthers()
			if err := CloseHandle(h); err != nil {
				t.Error(err)
			}
		}
	}()
	if why, ok := <-skip; ok {
		t.Skip(why)
	}
}
