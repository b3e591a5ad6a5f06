//go:build linux

package linux

import (
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// A pending signal is readable. Go's runtime lets no signal be blocked in all
// threads, so this thread blocks one, sends it to itself, and waits.
//
// It cannot park: a signalfd shows a thread's signals to that thread alone, and
// the kernel drops the event when the runtime's poller looks from another one.
func TestSignalfd(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const sig = unix.SIGUSR2
	var set, before unix.Sigset_t
	bits := 8 * int(unsafe.Sizeof(set.Val[0]))
	set.Val[(int(sig)-1)/bits] |= 1 << ((int(sig) - 1) % bits)
	if err := unix.PthreadSigmask(unix.SIG_BLOCK, &set, &before); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.PthreadSigmask(unix.SIG_SETMASK, &before, nil); err != nil {
			t.Error(err)
		}
	}()
	fd, err := unix.Signalfd(-1, &set, unix.SFD_CLOEXEC|unix.SFD_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(fd)

	p := opened(t)
	if err := p.Add(platform.Handle(fd), 1, platform.Readable, platform.Edge); err != nil {
		t.Fatal(err)
	}
	events := make([]platform.Event, 4)
	info := make([]byte, unsafe.Sizeof(unix.SignalfdSiginfo{}))
	for range 3 {
		if n, err := p.Wait(events, time.Millisecond); n != 0 || err != nil {
			t.Fatalf("before the signal: %v, %v", events[:n], err)
		}
		if err := unix.Tgkill(unix.Getpid(), unix.Gettid(), sig); err != nil {
			t.Fatal(err)
		}
		n, err := p.Wait(events, 10*time.Second)
		if n != 1 || err != nil || events[0] != (platform.Event{Token: 1, Ready: platform.ReadyReadable}) {
			t.Fatalf("after the signal: %v, %v", events[:n], err)
		}
		if n, err := unix.Read(fd, info); n != len(info) || err != nil {
			t.Fatalf("read = %d, %v", n, err)
		}
	}
}
