//go:build !unix && !windows

package sock

import (
	"errors"
	"net/netip"

	"github.com/rouse-io/rouse/platform"
)

// Listen returns errors.ErrUnsupported, or what is wrong with addr.
func Listen(addr string) (platform.Handle, netip.AddrPort, error) {
	if _, err := resolve(addr); err != nil {
		return platform.NoHandle, netip.AddrPort{}, err
	}
	return platform.NoHandle, netip.AddrPort{}, errors.ErrUnsupported
}

// Connect returns errors.ErrUnsupported.
func Connect(netip.AddrPort) (platform.Handle, error) {
	return platform.NoHandle, errors.ErrUnsupported
}

// Accept returns errors.ErrUnsupported.
func Accept(platform.Handle) (platform.Handle, error) {
	return platform.NoHandle, errors.ErrUnsupported
}

// Close returns errors.ErrUnsupported.
func Close(platform.Handle) error { return errors.ErrUnsupported }

// SetNoDelay returns errors.ErrUnsupported.
func SetNoDelay(platform.Handle, bool) error { return errors.ErrUnsupported }

// Err returns errors.ErrUnsupported.
func Err(platform.Handle) error { return errors.ErrUnsupported }
