//go:build windows

package windows

import (
	"errors"
	"os"

	"github.com/rouse-io/rouse/platform"
)

// OpenSignals returns an error that is errors.ErrUnsupported: Windows has no
// signals, and package os/signal makes its own of a console's events.
func OpenSignals(...os.Signal) (platform.Handle, error) {
	return platform.NoHandle, &platform.Error{Op: "open", Handle: platform.NoHandle, Kind: errors.ErrUnsupported}
}

// ReadSignal returns an error that is errors.ErrUnsupported, as there are no
// handles of [OpenSignals].
func ReadSignal(h platform.Handle) (os.Signal, error) {
	return nil, &platform.Error{Op: "read", Handle: h, Kind: errors.ErrUnsupported}
}
