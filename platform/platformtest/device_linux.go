package platformtest

import (
	"os"
	"strings"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

var devices = []behaviour{
	{"NotPollable", deviceNotPollable},
	{"PollerItself", devicePollerItself},
}

// Devices that never block cannot be polled, nor can a descriptor that is only
// a path.
func deviceNotPollable(r *rig) {
	for _, path := range []string{"/dev/null", "/dev/zero"} {
		fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == unix.ENOENT {
			r.Logf("%s: %v", path, err)
			continue
		}
		r.notPollable(r.own(nonBlocking(fd, err)).h)
	}
	fd, err := unix.Open(r.TempDir(), unix.O_PATH|unix.O_CLOEXEC, 0)
	r.notPollable(r.own(platform.Handle(fd), err).h)
	fd, err = unix.MemfdCreate("regular", unix.MFD_CLOEXEC)
	r.notPollable(r.own(platform.Handle(fd), err).h)
}

// The poller itself is not pollable: it would be ready because it is ready.
func devicePollerItself(r *rig) {
	before := epollDescriptors(r)
	p := r.openPoller()
	for h := range epollDescriptors(r) {
		if before[h] {
			continue
		}
		err := p.Add(h, 1, platform.Readable, platform.Edge)
		r.refused(err, "add", h, platform.ErrNotPollable)
		return
	}
	r.Skip("this poller is no epoll instance")
}

// epollDescriptors finds this process's epoll instances.
func epollDescriptors(r *rig) map[platform.Handle]bool {
	r.Helper()
	names, err := os.ReadDir(descriptors)
	if err != nil {
		r.Skipf("descriptors are not listed: %v", err)
	}
	found := make(map[platform.Handle]bool)
	for _, name := range names {
		target, err := os.Readlink(descriptors + "/" + name.Name())
		if err != nil || !strings.Contains(target, "[eventpoll]") {
			continue
		}
		var h platform.Handle
		for _, c := range name.Name() {
			h = 10*h + platform.Handle(c-'0')
		}
		found[h] = true
	}
	return found
}
