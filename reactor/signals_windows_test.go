package reactor_test

import (
	"errors"
	"os"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// Windows has no signals.
func TestSignalsUnsupported(t *testing.T) {
	if _, err := start(t).RegisterSignals(os.Interrupt); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("RegisterSignals: %v", err)
	}
	if s, err := native.ReadSignal(platform.NoHandle); s != nil || !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("ReadSignal: %v, %v", s, err)
	}
}
