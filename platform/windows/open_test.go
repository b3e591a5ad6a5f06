//go:build windows

package windows

import (
	"errors"
	"os"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// withoutAFD takes the device away.
func withoutAFD(t *testing.T) (restore func()) {
	name := afdName
	afdName = `\Device\NoAfd\rouse`
	restore = func() { afdName = name }
	t.Cleanup(restore)
	return restore
}

// noAFD checks that an error says that there is no AFD.
func noAFD(t *testing.T, err error, op string) {
	t.Helper()
	if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != op {
		t.Errorf("%v: want a *platform.Error of %q", err, op)
	}
	if call, ok := errors.AsType[*os.SyscallError](err); !ok || call.Syscall != "NtCreateFile" {
		t.Errorf("%v: is not of NtCreateFile", err)
	}
}

// Where there is no AFD, Open says so, and leaves nothing behind.
func TestOpenWithoutAFD(t *testing.T) {
	newRig(t).shut() // what is opened once and for all is open by now
	withoutAFD(t)
	before := files(t)
	for range 100 {
		p, err := Open()
		noAFD(t, err, "open")
		if p != nil {
			t.Fatal("there is a Poller all the same")
		}
	}
	if after := files(t); after != before {
		t.Errorf("%d handles, before %d", after, before)
	}
}

// Where AFD can't be had any more, Add says so, and changes nothing.
func TestAddWithoutAFD(t *testing.T) {
	r := newRig(t)
	a, b := udpPair(t)
	r.add(a, 1, readable, platform.Edge)
	for range groupSize - 1 {
		r.add(socket(t, windows.SOCK_DGRAM), 2, readable, platform.Edge)
	}
	one, _ := udpPair(t)
	before := r.census()
	restore := withoutAFD(t)
	noAFD(t, r.Add(one, 3, writable, platform.Edge), "add")
	if after := r.census(); after != before {
		t.Errorf("%+v, before %+v", after, before)
	}
	restore()
	write(t, b, "x")
	r.await(1, isRead)
	r.add(one, 3, writable, platform.Edge)
	r.await(3, isWrite)
}

// A port that AFD can't be bound to.
func TestOpenWithoutPort(t *testing.T) {
	newRig(t).shut()
	before := files(t)
	err := new(table).open(windows.InvalidHandle - 4)
	if call, ok := errors.AsType[*os.SyscallError](err); !ok || call.Syscall != "CreateIoCompletionPort" {
		t.Errorf("%v: is not of CreateIoCompletionPort", err)
	}
	if after := files(t); after != before {
		t.Errorf("%d handles, before %d", after, before)
	}
}
