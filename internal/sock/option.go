//go:build unix || windows

package sock

import (
	"errors"

	"github.com/rouse-io/rouse/platform"
)

// An option is what the system calls an Option. No option has level 0 and
// name 0.
type option struct{ level, name int }

// Has reports whether the system has an option.
func Has(o Option) bool { return options[o] != option{} }

// find returns what the system calls an option, and where it has none an error
// that is errors.ErrUnsupported.
func find(h platform.Handle, o Option) (option, error) {
	if !Has(o) {
		return option{}, &platform.Error{Op: "setsockopt", Handle: h, Kind: errors.ErrUnsupported}
	}
	return options[o], nil
}
