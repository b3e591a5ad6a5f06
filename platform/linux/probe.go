//go:build linux

package linux

import (
	"math"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// Probe returns what holds of in for h, as a [Poller] reports it in mode Level:
// an end and an error unasked, and nothing where nothing holds. It does not wait,
// does not read or write, and leaves nothing behind: h may be added to Pollers,
// be in use, and be probed by others meanwhile. It may be called from any
// goroutine. The caller keeps h open meanwhile.
//
// It is poll(2), as a raw system call, and for what is readable and writable at
// once fstat(2); for such that is no socket and no pipe either, epoll is asked,
// which takes a descriptor for a moment. It does not allocate when it succeeds.
//
// The errors are those of [Poller.Add]: an interest of no or unknown bits is
// platform.ErrInvalid, a handle that can't be polled or is closed
// platform.ErrNotPollable.
func Probe(h platform.Handle, in platform.Interest) (platform.Ready, error) {
	if !in.IsValid() {
		return 0, platform.Invalid("probe", h, "ppoll")
	}
	if h > math.MaxInt32 {
		return 0, failed("probe", h, "ppoll", unix.EBADF)
	}
	fd := int(h)
	flags, err := look(fd, arm(platform.AllInterests, platform.Level))
	if err != nil {
		return 0, failed("probe", h, "ppoll", err)
	}
	if flags&unix.POLLNVAL != 0 {
		return 0, failed("probe", h, "ppoll", unix.EBADF)
	}
	if flags&(unix.POLLIN|unix.POLLOUT) == unix.POLLIN|unix.POLLOUT {
		if call, err := admit(fd); err != nil {
			return 0, failed("probe", h, call, err)
		}
	}
	pipe := false
	if flags&unix.POLLHUP != 0 {
		_, pipe = pipeInode(fd)
	}
	return decode(flags&(arm(in, platform.Level)|unasked), pipe), nil
}

// admit asks epoll whether a descriptor can be polled at all. One without a poll
// function, such as that of a regular file, is both readable and writable for
// poll(2). It returns the call that failed, too.
func admit(fd int) (call string, err error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return "fstat", err
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFSOCK, unix.S_IFIFO:
		return "", nil
	}
	epfd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return "epoll_create1", err
	}
	defer func() { _ = unix.Close(epfd) }()
	ev := event(0, 0)
	return "epoll_ctl", unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, fd, &ev)
}
