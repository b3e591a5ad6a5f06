//go:build windows && (amd64 || 386)

package windows

import (
	"runtime"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// failing makes the next call of a function fail, of this thread alone, which the
// test then keeps.
func failing(t *testing.T, name string, code error) {
	t.Helper()
	f := called(t, name)
	f.fail(1, thisThread(), code)
	t.Cleanup(func() { f.hook.left.Store(0) })
}

// ownThread keeps the test on its thread.
func ownThread(t *testing.T) {
	runtime.LockOSThread()
	t.Cleanup(runtime.UnlockOSThread)
}

// A request that can't be made while a goroutine waits is told to that Wait, though
// there is no memory for the packet that is to tell it either (facts/pitfalls 19).
func TestToldWithoutMemory(t *testing.T) {
	ownThread(t)
	for _, code := range called(t, "PostQueuedCompletionStatus").codes {
		r := newRig(t)
		a, b := udpPair(t)
		w := r.waiting(1)
		failing(t, "NtDeviceIoControlFile", windows.STATUS_INSUFFICIENT_RESOURCES)
		failing(t, "PostQueuedCompletionStatus", code)
		r.add(a, 1, readable, platform.Edge)
		w.reports(1, isRead|isWrite|isError)
		r.rearm(a, 1, readable)
		write(t, b, "x")
		r.await(1, isRead)
	}
}

// Where the port itself takes no packet, the next Wait is told: the one under way
// has no other ear.
func TestToldWithoutPort(t *testing.T) {
	ownThread(t)
	r := newRig(t)
	a, b := udpPair(t)
	w := r.waiting(1)
	failing(t, "NtDeviceIoControlFile", windows.STATUS_INSUFFICIENT_RESOURCES)
	failing(t, "PostQueuedCompletionStatus", windows.ERROR_INVALID_HANDLE)
	r.add(a, 1, readable, platform.Edge)
	need(t, r.Wake())
	need(t, w.end())
	r.await(1, isRead|isWrite|isError)
	r.rearm(a, 1, readable)
	write(t, b, "x")
	r.await(1, isRead)
}

// Close ends a Wait that is under way also where there is no memory for the packet
// that ends it (facts/pitfalls 16).
func TestCloseWithoutMemory(t *testing.T) {
	ownThread(t)
	for _, code := range called(t, "PostQueuedCompletionStatus").codes {
		r := newRig(t)
		w := r.waiting(1)
		failing(t, "PostQueuedCompletionStatus", code)
		r.shut()
		refused(t, w.end(), "wait", platform.ErrClosed)
	}
}

// Nor does a lack of memory keep Close from taking the packets of what was added.
func TestDrainWithoutMemory(t *testing.T) {
	ownThread(t)
	a, _ := udpPair(t)
	for _, code := range []error{windows.STATUS_INSUFFICIENT_RESOURCES, windows.STATUS_NO_MEMORY} {
		r := newRig(t)
		r.add(a, 1, readable, platform.Edge)
		r.collect(1, 0)
		failing(t, "NtRemoveIoCompletionEx", code)
		r.shut()
	}
}

// What has failed when Winsock was started is tried again by the next Open.
func TestStartupAgain(t *testing.T) {
	ownThread(t)
	newRig(t).shut()
	started.Store(false)
	for _, code := range called(t, "WSAStartup").codes {
		failing(t, "WSAStartup", code)
		_, err := Open()
		systemSays(t, err, "open", "WSAStartup", code)
	}
	newRig(t).shut()
}

// A Wait that can't make a poll wider, because the one before can't be ended, says
// so. The next one tries again.
func TestWaitCannotCancel(t *testing.T) {
	ownThread(t)
	r := newRig(t)
	a, _ := udpPair(t)
	r.add(a, 1, readable, platform.Edge)
	r.collect(1, 0)
	r.modify(a, 2, readable|writable, platform.Edge)
	failing(t, "NtCancelIoFileEx", windows.STATUS_ACCESS_DENIED)
	_, err := r.Wait(make([]platform.Event, 1), -1)
	systemSays(t, err, "wait", "NtCancelIoFileEx", windows.STATUS_ACCESS_DENIED)
	r.await(2, isWrite)
}

// A poll that can't be ended to make a wider one stays as it is, and so does its
// handle: its mode, its token, and what was asked for it.
func TestModifyChangesNothing(t *testing.T) {
	ownThread(t)
	r := newRig(t)
	a, b := udpPair(t)
	r.add(a, 1, readable, platform.Edge)
	w := r.waiting(1)
	r.in(a, pending)
	failing(t, "NtCancelIoFileEx", windows.STATUS_ACCESS_DENIED)
	err := r.Modify(a, 2, readable|writable, platform.Level)
	refused(t, err, "modify", windows.STATUS_ACCESS_DENIED)
	failing(t, "NtCancelIoFileEx", windows.STATUS_ACCESS_DENIED)
	if err := r.Rearm(a, 1, readable); err != nil { // for which no other poll is needed
		t.Error(err)
	}
	write(t, b, "x")
	w.reports(1, isRead)
	r.quiet()
}

// uncancellable is a source whose requests can't be ended.
type uncancellable struct{ source }

func (uncancellable) cancel() (bool, windows.NTStatus) { return true, windows.STATUS_ACCESS_DENIED }

// Close does not wait for a packet that need never come. It says why, and closes
// what it can; the memory that the kernel may write to stays where it is.
func TestCloseUncancellable(t *testing.T) {
	for _, deleted := range []bool{false, true} {
		newRig(t).shut()
		a, _ := udpPair(t)
		before := files(t)
		p, err := Open()
		need(t, err)
		r := &rig{t, p, make(map[platform.Token]platform.Ready)}
		r.add(a, 1, readable, platform.Edge)
		r.collect(1, 0)
		e := r.entry(a)
		r.table.mu.Lock()
		e.source = uncancellable{e.source}
		r.table.mu.Unlock()
		if deleted {
			r.delete(a)
		}
		systemSays(t, r.Close(), "close", "NtCancelIoFileEx", windows.STATUS_ACCESS_DENIED)
		refused(t, r.Close(), "close", platform.ErrClosed)
		if after := files(t); after != before {
			t.Errorf("%d handles, before %d", after, before)
		}
		if c := r.census(); c.polls != 1 {
			t.Errorf("%+v", c)
		}
	}
}
