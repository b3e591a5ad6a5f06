//go:build windows

package windows

import (
	"errors"
	"os"
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// Every set is unsupported, the empty one, too.
func TestSignals(t *testing.T) {
	for _, set := range [][]os.Signal{nil, {nil}, {os.Interrupt}, {os.Kill}} {
		h, err := OpenSignals(set...)
		if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "open" || h != platform.NoHandle || !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%v: %#x, %v", set, h, err)
		}
	}
	s, err := ReadSignal(1)
	if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "read" || e.Handle != 1 || s != nil || !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v, %v", s, err)
	}
}
