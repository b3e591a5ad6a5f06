//go:build linux

package linux

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// parking is what a Poller needs to be watched, itself, by Go's runtime
// poller: an epoll instance is readable when it has events.
//
// The runtime watches with edges, and an edge comes with every event that is
// queued here. So a probe that found nothing may be followed by parking, and
// nothing is lost in between; a probe that filled its slice may not.
type parking struct {
	once sync.Once
	err  error // why parking doesn't work
	file *os.File
	conn syscall.RawConn
	try  func(uintptr) bool // made once, so that Park doesn't allocate

	// The arguments and results of one Park, which try fills.
	events []platform.Event
	n      int
	done   bool
	fault  error
	timed  bool // file has a deadline
}

// CanPark implements [platform.Parker].
func (p *Poller) CanPark() bool {
	if !p.gate.Enter() {
		return false
	}
	defer p.gate.Leave()
	return p.openParking() == nil
}

// Park implements [platform.Parker].
func (p *Poller) Park(events []platform.Event, timeout time.Duration) (int, error) {
	// The runtime's timers have no less than a millisecond when it is idle.
	if 0 <= timeout && timeout < time.Millisecond {
		return p.Wait(events, timeout)
	}
	if err := p.begin(events); err != nil {
		return 0, err
	}
	defer p.end()
	if err := p.openParking(); err != nil {
		return 0, &platform.Error{Op: "wait", Handle: platform.NoHandle, Kind: errors.ErrUnsupported, Err: err}
	}
	k := &p.park
	if timeout > 0 || k.timed {
		var deadline time.Time
		if timeout > 0 {
			deadline = time.Now().Add(timeout)
		}
		// The file was tried with a deadline when it was opened.
		_ = k.file.SetReadDeadline(deadline)
		k.timed = timeout > 0
	}
	k.events, k.n, k.done, k.fault = events, 0, false, nil
	err := k.conn.Read(k.try)
	k.events = nil
	switch {
	case k.done || k.fault != nil:
		return k.n, k.fault
	case errors.Is(err, os.ErrDeadlineExceeded):
		// What came with the deadline is not left for the next time.
		n, _, err := p.poll(events, 0)
		return n, err
	}
	return 0, &platform.Error{Op: "wait", Handle: platform.NoHandle, Err: err}
}

// openParking hands a duplicate of the epoll descriptor to the runtime's
// poller, the first time.
func (p *Poller) openParking() error {
	k := &p.park
	k.once.Do(func() { k.err = k.open(p) })
	return k.err
}

func (k *parking) open(p *Poller) error {
	fd, err := unix.FcntlInt(uintptr(p.epfd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	if err := haveSpare(fd); err != nil {
		_ = unix.Close(fd)
		return os.NewSyscallError("fcntl", err)
	}
	// os.NewFile only lets the runtime watch what is non-blocking.
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd)
		return os.NewSyscallError("fcntl", err)
	}
	file := os.NewFile(uintptr(fd), "epoll")
	// NewFile doesn't say whether the runtime took it; a file that it didn't
	// take has no deadlines.
	if err := file.SetReadDeadline(time.Time{}); err != nil {
		_ = file.Close()
		return err
	}
	conn, err := file.SyscallConn()
	if err != nil {
		_ = file.Close()
		return err
	}
	k.file, k.conn = file, conn
	k.try = func(uintptr) bool {
		k.n, k.done, k.fault = p.poll(k.events, 0)
		return k.done || k.fault != nil
	}
	return nil
}

// haveSpare reports whether there is room for the two descriptors of the
// runtime's own poller. If this is the first file that it is to watch it opens
// them now, and ends the process where it can't.
func haveSpare(fd int) error {
	first, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(first) }()
	second, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return err
	}
	return unix.Close(second)
}

// close ends what open began. Nobody is parked any more.
func (k *parking) close() error {
	if k.file == nil {
		return nil
	}
	return k.file.Close()
}
