//go:build windows

package windows

import (
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// systemSays checks that an error is of a call, and has the system's code.
func systemSays(t *testing.T, err error, op, call string, code error) {
	t.Helper()
	if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != op || e.Handle != platform.NoHandle || e.Kind != nil {
		t.Errorf("%v: want a *platform.Error of %q", err, op)
	}
	if s, ok := errors.AsType[*os.SyscallError](err); !ok || s.Syscall != call || !errors.Is(err, code) {
		t.Errorf("%v: want %v of %s", err, code, call)
	}
}

// A port that fails is told, by Wait and by Wake. Requests that were made
// meanwhile are not lost, nor is the wake after one that has failed (facts/pitfalls
// 19).
func TestPortFails(t *testing.T) {
	event, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = windows.CloseHandle(event) }()
	for name, broken := range map[string]struct {
		port   windows.Handle
		status windows.NTStatus
	}{
		"no handle": {0, windows.STATUS_INVALID_HANDLE},
		"no port":   {event, windows.STATUS_OBJECT_TYPE_MISMATCH},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a, b := udpPair(t)
			r.add(a, 1, readable, platform.Edge)
			port := r.port
			r.port = broken.port
			events := make([]platform.Event, 4)
			for _, timeout := range []time.Duration{-1, 0, time.Millisecond} {
				n, err := r.Wait(events, timeout)
				systemSays(t, err, "wait", "NtRemoveIoCompletionEx", broken.status)
				if n != 0 {
					t.Errorf("Wait(%v) = %d", timeout, n)
				}
			}
			for range 2 {
				systemSays(t, r.Wake(), "wake", "PostQueuedCompletionStatus", windows.ERROR_INVALID_HANDLE)
			}
			r.port = port
			write(t, b, "x")
			r.await(1, isRead)
			need(t, r.Wake())
			if n, err := r.Wait(events, patience); n != 0 || err != nil {
				t.Errorf("woken, Wait = %d, %v", n, err)
			}
			r.rearm(a, 1, readable)
			r.delete(a)
		})
	}
}

// statuses are what NtDeviceIoControlFile may say of a request that it does not
// make.
var statuses = []windows.NTStatus{
	windows.STATUS_INSUFFICIENT_RESOURCES, windows.STATUS_NO_MEMORY, windows.STATUS_QUOTA_EXCEEDED,
	windows.STATUS_ACCESS_DENIED, windows.STATUS_INVALID_DEVICE_REQUEST, windows.STATUS_INVALID_PARAMETER,
	windows.STATUS_NOT_SUPPORTED, windows.STATUS_DEVICE_NOT_READY, windows.STATUS_UNSUCCESSFUL,
	windows.STATUS_INVALID_HANDLE, windows.STATUS_OBJECT_TYPE_MISMATCH,
}

// A request that can't be made, whatever the system says, is an error of its
// handle, or says that the handle is gone. The other handles go on.
func TestEveryStatus(t *testing.T) {
	for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
		for _, status := range statuses {
			r := newRig(t)
			a, _ := udpPair(t)
			c, d := udpPair(t)
			r.add(a, 1, readable, m)
			s := r.refuse(a)
			s.status = status
			r.add(c, 2, readable, platform.Edge)
			write(t, d, "x")
			r.await(2, isRead)
			if isGone(status) {
				if is := r.got[1]; is != 0 {
					t.Errorf("%v, %v: reported %v of a handle that is gone", m, status, is)
				}
				refused(t, r.Modify(a, 3, writable, m), "modify", platform.ErrNotFound)
				r.add(a, 3, writable, m)
			} else {
				r.await(1, isRead|isWrite|isError)
				s.status = 0
				r.modify(a, 3, writable, m)
			}
			for end := time.Now().Add(patience); r.got[3] != isWrite; {
				clear(r.got) // the failure may be reported once more
				r.collect(1, time.Until(end))
			}
			r.delete(a)
			r.delete(c)
			clear(r.got)
			r.quiet()
			r.shut()
		}
	}
}

// The same at random: what is refused is reported or gone, and can be asked for
// again. In the end nothing is left.
func TestRandomStatuses(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 0))
		r := newRig(t)
		var near, far [4]platform.Handle
		var sources [4]*refusing
		put := func(i int) {
			r.add(near[i], platform.Token(i), readable, platform.Edge)
			sources[i] = r.refuse(near[i])
			sources[i].status = 0
		}
		for i := range near {
			near[i], far[i] = udpPair(t)
			put(i)
		}
		modes := []platform.Mode{platform.Edge, platform.Level, platform.OneShot}
		for range 100 {
			i := random.IntN(len(near))
			sources[i].status = 0
			if random.IntN(2) == 0 {
				sources[i].status = statuses[random.IntN(len(statuses))]
			}
			var err error
			op := ""
			switch random.IntN(4) {
			case 0:
				op = "modify"
				err = r.Modify(near[i], platform.Token(i), platform.Interest(1+random.IntN(3)), modes[random.IntN(3)])
			case 1:
				op = "rearm"
				err = r.Rearm(near[i], platform.Token(i), readable)
			case 2:
				op = "delete"
				if err = r.Delete(near[i]); err == nil {
					put(i)
				}
			default:
				r.collect(4, 0)
			}
			if err != nil {
				refused(t, err, op, platform.ErrNotFound)
				put(i)
			}
		}
		for _, s := range sources {
			s.status = 0
		}
		r.collect(64, 0) // who is gone goes
		for i := range near {
			if err := r.Modify(near[i], platform.Token(i), readable, platform.Edge); err != nil {
				refused(t, err, "modify", platform.ErrNotFound)
				put(i)
			}
			write(t, far[i], "x")
		}
		served := make(map[platform.Token]bool)
		events := make([]platform.Event, 64)
		for end := time.Now().Add(patience); len(served) < len(near); {
			if time.Now().After(end) {
				t.Fatalf("seed %d: reported of %v alone", seed, served)
			}
			n, err := r.Wait(events, time.Until(end))
			need(t, err)
			for _, ev := range events[:n] {
				// A failure may be reported once more.
				if ev.Ready == isRead {
					served[ev.Token] = true
				}
			}
		}
		r.shut()
	}
}
