package platformtest

import (
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

var duplicates = []behaviour{
	{"KeepsFiring", duplicateKeepsFiring},
	{"NumberReused", duplicateNumberReused},
	{"DeletedFirst", duplicateDeletedFirst},
	{"AddedBeside", duplicateAddedBeside},
}

// dup opens a duplicate of s.
func (s *sock) dup() *sock {
	s.r.Helper()
	return s.r.own(nonBlocking(unix.Dup(int(s.h))))
}

// Why a handle must be deleted before it is closed: as long as a duplicate is
// open the kernel goes on reporting it, and has no way to remove it.
func duplicateKeepsFiring(r *rig) {
	a, b := r.udpPair()
	d := a.dup()
	r.add(a, 1, platform.Readable, platform.Edge)
	a.close()
	b.write("x")
	r.await(1, readable)
	r.refused(r.Delete(a.h), "delete", a.h, platform.ErrNotFound)
	r.refused(r.Delete(d.h), "delete", d.h, platform.ErrNotFound)
	b.write("y")
	r.await(1, readable)
	d.close()
	r.quiet()
}

// A new handle that gets the number meanwhile is another one.
func duplicateNumberReused(r *rig) {
	a, b := r.udpPair()
	c, e := r.udpPair()
	d := a.dup()
	r.add(a, 1, platform.Readable, platform.Edge)
	a.close()
	heir := r.own(a.h, unix.Dup3(int(c.h), int(a.h), unix.O_CLOEXEC))
	r.add(heir, 2, platform.Readable, platform.Edge)
	b.write("x")
	r.await(1, readable)
	r.quiet()
	e.write("y")
	r.await(2, readable)
	r.quiet()
	r.delete(heir)
	e.write("z")
	r.quiet()
	b.write("still there")
	r.await(1, readable)
	d.close()
}

// Deleted first, it is gone, whatever duplicates there are.
func duplicateDeletedFirst(r *rig) {
	a, b := r.udpPair()
	a.dup()
	r.add(a, 1, platform.Readable, platform.Level)
	b.write("x")
	r.delete(a)
	a.close()
	b.write("y")
	r.quiet()
}

// Two descriptors of one socket are two handles.
func duplicateAddedBeside(r *rig) {
	a, b := r.udpPair()
	d := a.dup()
	r.add(a, 1, platform.Readable, platform.Edge)
	r.add(d, 2, platform.Readable, platform.Edge)
	b.write("x")
	r.await(1, readable)
	r.await(2, readable)
	r.delete(a)
	b.write("y")
	r.await(2, readable)
	r.quiet()
}
