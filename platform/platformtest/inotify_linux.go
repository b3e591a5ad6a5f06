package platformtest

import (
	"os"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

var inotifies = []behaviour{{"Watch", inotifyWatch}}

// What happens to a watched directory is an arrival.
func inotifyWatch(r *rig) {
	dir := r.TempDir()
	s := r.own(nonBlocking(unix.InotifyInit1(unix.IN_CLOEXEC)))
	if _, err := unix.InotifyAddWatch(int(s.h), dir, unix.IN_CREATE); err != nil {
		r.Fatal(err)
	}
	r.never[1] = platform.AllReady &^ readable
	r.add(s, 1, platform.Readable|platform.Writable, platform.Edge)
	for _, name := range []string{"a", "b", "c"} {
		r.quiet()
		if err := os.WriteFile(dir+"/"+name, nil, 0o600); err != nil {
			r.Fatal(err)
		}
		r.await(1, readable)
		s.read(4096)
	}
}
