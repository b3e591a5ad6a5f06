//go:build !unix && !windows

package platformtest

import (
	"errors"

	"github.com/rouse-io/rouse/platform"
)

// These systems have no handles to poll, and no adapter: what opens one is
// unsupported, and the rest is never reached.
const (
	shutRead  = 0
	shutWrite = 1
	shutBoth  = 2
)

func emulator() string { return "" }

func openTCP() (platform.Handle, error) { return platform.NoHandle, errors.ErrUnsupported }

func openUDP() (platform.Handle, error) { return platform.NoHandle, errors.ErrUnsupported }

func acceptHandle(platform.Handle) (platform.Handle, error) {
	return platform.NoHandle, errors.ErrUnsupported
}

func bindLoopback(platform.Handle) (int, error) { return 0, errors.ErrUnsupported }

func connectLoopback(platform.Handle, int) error { return errors.ErrUnsupported }

func listen(platform.Handle) error { return errors.ErrUnsupported }

func readHandle(platform.Handle, []byte) (int, error) { return 0, errors.ErrUnsupported }

func writeHandle(platform.Handle, []byte) (int, error) { return 0, errors.ErrUnsupported }

func closeHandle(platform.Handle) error { return errors.ErrUnsupported }

func shutdown(platform.Handle, int) error { return errors.ErrUnsupported }

func setLinger0(platform.Handle) error { return errors.ErrUnsupported }

func sendUrgent(platform.Handle, byte) error { return errors.ErrUnsupported }

func wouldBlock(error) bool { return false }

func inProgress(error) bool { return false }

func exhausted(error) bool { return false }

func (system) systemErrors(error) []error { return nil }

func openDescriptors() (int, bool) { return 0, false }
