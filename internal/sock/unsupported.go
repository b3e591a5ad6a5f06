//go:build !unix && !windows

package sock

import (
	"errors"

	"github.com/rouse-io/rouse/platform"
)

// The calls that there are not.
const (
	ReadCall     = "read"
	WriteCall    = "write"
	RecvFromCall = "recvfrom"
	SendToCall   = "sendto"
	AcceptCall   = "accept"
)

// Has reports whether the system has an option: here there is none.
func Has(Option) bool { return false }

// Open returns errors.ErrUnsupported.
func Open(Family, Type) (platform.Handle, error) { return platform.NoHandle, errors.ErrUnsupported }

// IsErrno reports false.
func IsErrno(error) bool { return false }

// IsTaken reports false.
func IsTaken(error) bool { return false }

// IsUnavailable reports false.
func IsUnavailable(error) bool { return false }

// IsUnconnected reports false.
func IsUnconnected(error) bool { return false }

// Bind returns errors.ErrUnsupported.
func Bind(platform.Handle, Family, Addr) error { return errors.ErrUnsupported }

// StartListening returns errors.ErrUnsupported.
func StartListening(platform.Handle) error { return errors.ErrUnsupported }

// StartConnecting returns errors.ErrUnsupported.
func StartConnecting(platform.Handle, Family, Addr) (bool, error) {
	return false, errors.ErrUnsupported
}

// AcceptFrom returns errors.ErrUnsupported.
func AcceptFrom(platform.Handle) (platform.Handle, Addr, error) {
	return platform.NoHandle, Addr{}, errors.ErrUnsupported
}

// Local returns errors.ErrUnsupported.
func Local(platform.Handle) (Addr, error) { return Addr{}, errors.ErrUnsupported }

// Peer returns errors.ErrUnsupported.
func Peer(platform.Handle) (Addr, error) { return Addr{}, errors.ErrUnsupported }

// CloseRead returns errors.ErrUnsupported.
func CloseRead(platform.Handle) error { return errors.ErrUnsupported }

// CloseWrite returns errors.ErrUnsupported.
func CloseWrite(platform.Handle) error { return errors.ErrUnsupported }

// RecvFrom returns errors.ErrUnsupported.
func RecvFrom(platform.Handle, []byte) (int, Addr, error) { return 0, Addr{}, errors.ErrUnsupported }

// SendTo returns errors.ErrUnsupported.
func SendTo(platform.Handle, Family, []byte, Addr) error { return errors.ErrUnsupported }

// Close returns errors.ErrUnsupported.
func Close(platform.Handle) error { return errors.ErrUnsupported }

// CloseLingering returns errors.ErrUnsupported.
func CloseLingering(platform.Handle) error { return errors.ErrUnsupported }

// Set returns errors.ErrUnsupported.
func Set(platform.Handle, Option, int) error { return errors.ErrUnsupported }

// Get returns errors.ErrUnsupported.
func Get(platform.Handle, Option) (int, error) { return 0, errors.ErrUnsupported }

// SetLinger returns errors.ErrUnsupported.
func SetLinger(platform.Handle, int) error { return errors.ErrUnsupported }

// Err returns errors.ErrUnsupported.
func Err(platform.Handle) error { return errors.ErrUnsupported }
