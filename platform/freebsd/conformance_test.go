//go:build freebsd

package freebsd

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
)

func open() (platform.Poller, error) { return Open() }

func TestConformance(t *testing.T) { platformtest.Test(t, open) }

func TestProcesses(t *testing.T) {
	platformtest.TestProcesses(t, platformtest.Processes{Open: OpenProcess, Close: CloseHandle}, open)
}

func TestSignals(t *testing.T) {
	platformtest.TestSignals(t, platformtest.Signals{Open: OpenSignals, Read: ReadSignal, Close: CloseHandle}, open)
}

func TestProbe(t *testing.T) { platformtest.TestProbe(t, Probe, open) }
