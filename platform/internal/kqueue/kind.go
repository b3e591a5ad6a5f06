//go:build unix

package kqueue

import (
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// A kind is what a descriptor says of itself when it is added.
type kind struct {
	socket bool
	pipe   bool // named or not
	ends   bool // EV_EOF is for good
	read   platform.Interest
}

// kindOf returns the kind of a descriptor. A regular file and a directory have
// none: a file that is always ready, as FreeBSD calls it, is a busy loop.
func kindOf(op string, h platform.Handle) (kind, error) {
	k := kind{read: platform.Readable}
	var st unix.Stat_t
	if err := unix.Fstat(int(h), &st); err != nil {
		return k, failed(op, h, "fstat", err)
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG, unix.S_IFDIR:
		return k, &platform.Error{Op: op, Handle: h, Kind: platform.ErrNotPollable}
	case unix.S_IFSOCK:
		k.socket, k.ends = true, true
	case unix.S_IFIFO:
		k.pipe = true
		// Nobody can open an unnamed one again, which is on no device, or has
		// no links. Where a system says neither, its end is not called one.
		k.ends = st.Dev == 0 || st.Nlink == 0
		flags, err := unix.FcntlInt(uintptr(h), unix.F_GETFL, 0)
		if err != nil {
			return k, failed(op, h, "fcntl", err)
		}
		if flags&unix.O_ACCMODE == unix.O_WRONLY {
			k.read = platform.Writable
		}
	}
	return k, nil
}
