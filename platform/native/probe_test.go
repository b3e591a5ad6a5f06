package native_test

import (
	"errors"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/platform/platformtest"
)

func TestProbe(t *testing.T) {
	platformtest.TestProbe(t, native.Probe, func() (platform.Poller, error) { return native.Open() })
}

// Where there is no adapter, it says so.
func TestProbeUnsupported(t *testing.T) {
	is, err := native.Probe(0, platform.Readable)
	if !errors.Is(err, errors.ErrUnsupported) {
		t.Skip("this system has an adapter")
	}
	if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "probe" || is != 0 {
		t.Errorf("%v, %v: want a *platform.Error", is, err)
	}
}
