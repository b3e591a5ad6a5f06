//go:build dragonfly

package dragonfly

import (
	"testing"

	"github.com/rouse-io/rouse/platform/platformtest"
)

func TestSignals(t *testing.T) {
	platformtest.TestSignals(t, platformtest.Signals{Open: OpenSignals, Read: ReadSignal, Close: CloseHandle}, open)
}
