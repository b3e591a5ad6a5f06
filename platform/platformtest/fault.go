package platformtest

import (
	"errors"
	"os"
	"slices"

	"github.com/rouse-io/rouse/platform"
)

// refused checks that err is what the contract says of a call that failed: a
// *platform.Error of this operation and handle, which is kind, and also the
// system's own error where the system was asked.
func (r *rig) refused(err error, op string, h platform.Handle, kind error) {
	r.Helper()
	if err == nil {
		r.Fatalf("%s: no error, want %q", op, kind)
	}
	if !errors.Is(err, kind) {
		r.Fatalf("%s: %v: is not %q", op, err, kind)
	}
	e, ok := errors.AsType[*platform.Error](err)
	if !ok {
		r.Fatalf("%s: %T is no *platform.Error", op, err)
	}
	if e.Op != op || e.Handle != h {
		r.Errorf("%v: is about %q, handle %#x, want %q, %#x", err, e.Op, e.Handle, op, h)
	}
	codes := r.systemErrors(kind)
	if codes == nil {
		return
	}
	if _, ok := errors.AsType[*os.SyscallError](err); !ok {
		r.Errorf("%v: has no *os.SyscallError", err)
	}
	if !slices.ContainsFunc(codes, func(code error) bool { return errors.Is(err, code) }) {
		r.Errorf("%v: is none of %v", err, codes)
	}
}
