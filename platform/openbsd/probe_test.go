//go:build openbsd

package openbsd

import (
	"testing"

	"github.com/rouse-io/rouse/platform/platformtest"
)

func TestProbe(t *testing.T) { platformtest.TestProbe(t, Probe, open) }
