package platformtest

import (
	"strconv"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// ptyStates are the states of a terminal's two ends. The slave can be opened
// again as long as the master is there, so that nothing ends for the master.
var ptyStates = []state{
	{
		name: "Open",
		make: func(r *rig) (*sock, func()) {
			m, path := r.ptyMaster()
			r.ptySlave(path)
			return m, nil
		},
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name: "SlaveNeverOpened",
		make: func(r *rig) (*sock, func()) {
			m, _ := r.ptyMaster()
			return m, nil
		},
		never: readable | final | priority | failed,
	},
	{
		name: "Data",
		make: func(r *rig) (*sock, func()) {
			m, path := r.ptyMaster()
			s := r.ptySlave(path)
			return m, func() { s.write("x") }
		},
		read:  readable,
		write: writable,
		never: final | priority | failed,
	},
	{
		name: "SlaveClosed",
		make: func(r *rig) (*sock, func()) {
			m, path := r.ptyMaster()
			return m, r.ptySlave(path).close
		},
		read:  readable,
		never: final | priority | failed,
	},
	{
		// The terminal has hung up, for good.
		name: "MasterClosed",
		make: func(r *rig) (*sock, func()) {
			m, path := r.ptyMaster()
			return r.ptySlave(path), m.close
		},
		read:  readable,
		write: writable,
		never: priority,
	},
}

var ptys = []behaviour{{"SlaveReopened", ptySlaveReopened}}

// When the slave was closed and opened again, the master goes on.
func ptySlaveReopened(r *rig) {
	m, path := r.ptyMaster()
	r.never[1] = final
	r.add(m, 1, platform.Readable, platform.Edge)
	for range 3 {
		s := r.ptySlave(path)
		m.drain()
		r.rearm(m, 1, platform.Readable)
		r.collect(0)
		clear(r.got)
		s.write("x")
		r.await(1, readable)
		m.read(64)
		s.close()
		r.await(1, readable)
	}
}

// ptyMaster opens a new terminal, and returns its slave's path.
func (r *rig) ptyMaster() (*sock, string) {
	r.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		r.Skipf("there are no terminals here: %v", err)
	}
	m := r.own(nonBlocking(fd, nil))
	m.need("unlock", unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	m.need("number", err)
	return m, "/dev/pts/" + strconv.Itoa(n)
}

func (r *rig) ptySlave(path string) *sock {
	r.Helper()
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		r.Skipf("there are no terminals here: %v", err)
	}
	return r.own(nonBlocking(fd, nil))
}
