package native_test

import (
	"errors"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/platform/platformtest"
)

func TestConformance(t *testing.T) {
	platformtest.Test(t, func() (platform.Poller, error) { return native.Open() })
}

// Where there is no adapter, everything says so.
func TestUnsupported(t *testing.T) {
	p, err := native.Open()
	if err == nil {
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		t.Skip("this system has an adapter")
	}
	_, readErr := native.Read(0, nil)
	_, writeErr := native.Write(0, nil)
	_, processErr := native.OpenProcess(nil)
	_, signalsErr := native.OpenSignals()
	_, signalErr := native.ReadSignal(0)
	for _, err := range []error{err, readErr, writeErr, processErr, signalsErr, signalErr, native.CloseHandle(0)} {
		if _, ok := errors.AsType[*platform.Error](err); !ok || !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%v: want errors.ErrUnsupported", err)
		}
	}
}
