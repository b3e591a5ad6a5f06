//go:build windows

package windows

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
)

func TestConformance(t *testing.T) {
	platformtest.Test(t, func() (platform.Poller, error) { return Open() })
}
