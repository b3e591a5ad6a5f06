package platform_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"testing"

	"github.com/rouse-io/rouse/platform"
)

func TestErrorString(t *testing.T) {
	five := 5
	exists := os.NewSyscallError("epoll_ctl", errors.New("file exists"))
	for _, c := range []struct {
		err  platform.Error
		want string
	}{
		{platform.Error{Op: "wait", Handle: platform.NoHandle}, "poller: wait"},
		{platform.Error{Op: "wait", Handle: platform.NoHandle, Kind: platform.ErrBusy}, "poller: wait: another goroutine is waiting"},
		{platform.Error{Op: "add", Handle: 0, Kind: platform.ErrExists}, "poller: add handle 0: handle is already added"},
		{platform.Error{Op: "add", Handle: 7, Kind: platform.ErrExists, Err: exists}, "poller: add handle 7: handle is already added: epoll_ctl: file exists"},
		{platform.Error{Op: "add", Handle: 7, Err: exists}, "poller: add handle 7: epoll_ctl: file exists"},
		{platform.Error{Op: "delete", Handle: platform.Handle(-five), Kind: platform.ErrNotFound}, "poller: delete handle -5: handle is not added"},
	} {
		if got := c.err.Error(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// errors.Is and errors.As find the contract's error and the system's, also when
// a caller has wrapped it once more.
func TestErrorUnwrap(t *testing.T) {
	call := os.NewSyscallError("epoll_ctl", syscall.EEXIST)
	err := fmt.Errorf("register: %w", &platform.Error{Op: "add", Handle: 7, Kind: platform.ErrExists, Err: call})
	for _, want := range []error{platform.ErrExists, syscall.EEXIST, call, fs.ErrExist} {
		if !errors.Is(err, want) {
			t.Errorf("errors.Is(%v, %v) is false", err, want)
		}
	}
	for _, other := range []error{platform.ErrNotFound, platform.ErrClosed, syscall.ENOENT, errors.ErrUnsupported} {
		if errors.Is(err, other) {
			t.Errorf("errors.Is(%v, %v) is true", err, other)
		}
	}
	if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "add" || e.Handle != 7 {
		t.Errorf("errors.As finds %+v", e)
	}
	if e, ok := errors.AsType[*os.SyscallError](err); !ok || e.Syscall != "epoll_ctl" {
		t.Errorf("errors.As finds %+v", e)
	}
}

// What is not there is not unwrapped.
func TestErrorUnwrapMissing(t *testing.T) {
	for _, c := range []struct {
		err  platform.Error
		want int
	}{
		{platform.Error{}, 0},
		{platform.Error{Kind: platform.ErrBusy}, 1},
		{platform.Error{Err: syscall.EIO}, 1},
		{platform.Error{Kind: platform.ErrBusy, Err: syscall.EIO}, 2},
	} {
		errs := c.err.Unwrap()
		if len(errs) != c.want {
			t.Errorf("%+v unwraps to %v", c.err, errs)
		}
		for _, err := range errs {
			if err == nil {
				t.Errorf("%+v unwraps to nil", c.err)
			}
		}
	}
}

// The contract's errors are the standard library's where it has one.
func TestErrorKinds(t *testing.T) {
	closed := &platform.Error{Op: "wait", Handle: platform.NoHandle, Kind: platform.ErrClosed}
	if !errors.Is(closed, os.ErrClosed) || !errors.Is(closed, fs.ErrClosed) {
		t.Errorf("%v is not os.ErrClosed", closed)
	}
	invalid := platform.Invalid("add", 7, "epoll_ctl")
	for _, want := range []error{platform.ErrInvalid, os.ErrInvalid, syscall.EINVAL} {
		if !errors.Is(invalid, want) {
			t.Errorf("%v is not %v", invalid, want)
		}
	}
	if invalid.Op != "add" || invalid.Handle != 7 {
		t.Errorf("Invalid returns %+v", invalid)
	}
	kinds := []error{platform.ErrExists, platform.ErrNotFound, platform.ErrNotPollable, platform.ErrBusy, platform.ErrInvalid, platform.ErrClosed}
	for i, a := range kinds {
		for j, b := range kinds {
			if errors.Is(a, b) != (i == j) {
				t.Errorf("errors.Is(%v, %v) = %v", a, b, i != j)
			}
		}
	}
}
