package kqueue

import (
	"encoding/binary"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A system is what a fake plays: a dialect, and what else the kernel does in its
// own way.
type system struct {
	dialect Dialect

	// noPeer is what EVFILT_WRITE is refused with for a pipe that nobody reads,
	// if it is.
	noPeer unix.Errno

	// drops: such a filter that is there goes with one last event.
	drops bool

	// looks: a change that only asks for a filter looks again at what holds.
	looks bool
}

// A fake is a kqueue on Linux, after the manual pages: the states and the edges
// of the descriptors are those of poll(2) and epoll(7).
type fake struct {
	system
	edges  [3]int // an epoll instance for each kind of filter, by interest
	master int    // readable when one of those has an edge, a process has ended, or a signal was sent
	kick   int    // an eventfd: what happens without an edge, while somebody waits

	mu     sync.Mutex
	notes  map[noteKey]*note
	ids    map[int32]*note
	unused []*note
	queue  []*note
	lastID int32
	lonely bool // some socket was never connected: Linux has no edge for it when it is
	count  calls
	fault  func(c *Kevent) unix.Errno // of a change, before it is made
	failed unix.Errno                 // of the call: EINTR after its changes, another one before them
	arrive func()                     // once, between the kernel's part of a Wait and the caller's

	batch [Batch]Kevent
	polls [2]unix.PollFd
	found [64]unix.EpollEvent
}

// calls says how often a system call was made.
type calls struct{ change, trigger, wait int }

// A noteKey names a filter.
type noteKey struct {
	ident  uintptr
	filter int32
}

// A note is a filter that was added.
type note struct {
	noteKey
	Kevent
	id        int32
	file      file
	edges     int // the epoll instance, or -1
	own       int // a process's pidfd, or a signal's eventfd, or -1
	sent      int64
	triggered bool
	lonely    bool
	active    bool
	queued    bool
	disabled  bool
}

// A file is what tells one descriptor from another one with its number.
type file struct {
	dev, ino uint64
	kind     uint32
	access   int
}

func fileOf(fd int) (file, unix.Errno) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return file{}, unix.EBADF
	}
	f := file{dev: uint64(st.Dev), ino: st.Ino, kind: st.Mode & unix.S_IFMT}
	if f.kind == unix.S_IFIFO {
		flags, _ := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
		f.access = flags & unix.O_ACCMODE
	}
	return f, 0
}

func newFake(s system) (*fake, error) {
	f := &fake{system: s, notes: make(map[noteKey]*note), ids: make(map[int32]*note)}
	var err error
	if f.master, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, err
	}
	for i := range f.edges {
		if f.edges[i], err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
			return nil, err
		}
		if err := unix.EpollCtl(f.master, unix.EPOLL_CTL_ADD, f.edges[i], &unix.EpollEvent{Events: unix.EPOLLIN}); err != nil {
			return nil, err
		}
	}
	f.kick, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	return f, err
}

func (f *fake) FD() int { return f.master }

func (f *fake) Close() error {
	f.closeOthers()
	return unix.Close(f.master)
}

// closeOthers closes all but the descriptor that stands for the kqueue.
func (f *fake) closeOthers() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, n := range f.notes {
		f.drop(n)
	}
	for _, fd := range f.edges {
		_ = unix.Close(fd)
	}
	_ = unix.Close(f.kick)
}

func (f *fake) Change(list []Kevent) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count.change++
	if f.failed != 0 && f.failed != unix.EINTR {
		return 0, f.failed
	}
	var receipts [MaxChanges]Kevent
	n := 0
	for i := range list {
		errno := unix.Errno(0)
		if f.fault != nil {
			errno = f.fault(&list[i])
		}
		if errno == 0 {
			errno = f.register(list[i])
		}
		if errno != 0 || list[i].Flags&evReceipt != 0 {
			receipts[n] = list[i]
			receipts[n].Flags, receipts[n].Data = evError, int64(errno)
			n++
		}
	}
	f.wakeUp()
	if f.failed != 0 {
		return 0, f.failed
	}
	copy(list, receipts[:n])
	return n, nil
}

func (f *fake) Trigger(change Kevent) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count.trigger++
	errno := f.register(change)
	f.wakeUp()
	if errno != 0 {
		return errno
	}
	return nil
}

// wakeUp lets a Wait that blocks look again.
func (f *fake) wakeUp() { signalEventfd(f.kick) }

// signalEventfd makes an eventfd readable.
func signalEventfd(fd int) {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	_, _ = unix.Write(fd, one[:])
}

// drainEventfd makes it unreadable.
func drainEventfd(fd int) {
	var count [8]byte
	_, _ = unix.Read(fd, count[:])
}

// register makes one change.
func (f *fake) register(c Kevent) unix.Errno {
	key := noteKey{c.Ident, c.Filter}
	isUser := c.Filter == f.dialect.evfiltUser && !f.dialect.pipe
	var is file
	if !isUser && c.Filter != f.dialect.evfiltProc && c.Filter != f.dialect.evfiltSignal {
		if c.Ident > math.MaxInt32 {
			return unix.EBADF
		}
		var errno unix.Errno
		if is, errno = fileOf(int(c.Ident)); errno != 0 {
			return errno
		}
		if f.dialect.interest(c.Filter) == 0 || int(c.Ident) == f.master {
			return unix.EINVAL
		}
	}
	n := f.notes[key]
	if n != nil && n.edges >= 0 && n.file != is {
		f.drop(n) // its descriptor was closed
		n = nil
	}
	switch {
	case n == nil && c.Flags&evAdd == 0:
		return unix.ENOENT
	case n == nil:
		var errno unix.Errno
		if n, errno = f.attach(key, c, is, isUser); errno != 0 {
			return errno
		}
	case c.Flags&evDelete != 0:
		f.drop(n)
		return 0
	default:
		// The mode of a filter is that of its first EV_ADD.
		n.Fflags, n.Udata = c.Fflags, c.Udata
	}
	if c.Flags&evDisable != 0 {
		n.disabled = true
	}
	if isUser {
		n.triggered = n.triggered || c.Fflags&noteTrigger != 0
		if c.Flags&evClear != 0 {
			n.triggered = false
		}
	}
	if n.disabled || c.Flags&evAdd == 0 && !isUser && !f.looks {
		return 0
	}
	if _, ok := f.holds(n); ok {
		f.activate(n)
	}
	return 0
}

// attach makes a note.
func (f *fake) attach(key noteKey, c Kevent, is file, isUser bool) (*note, unix.Errno) {
	var n *note
	if k := len(f.unused); k > 0 {
		n, f.unused = f.unused[k-1], f.unused[:k-1]
	} else {
		n = new(note)
	}
	f.lastID++
	*n = note{noteKey: key, Kevent: c, id: f.lastID, file: is, edges: -1, own: -1}
	n.Kevent.Flags &^= evAdd | evDelete | evDisable
	var errno unix.Errno
	switch {
	case isUser:
	case c.Filter == f.dialect.evfiltProc:
		fd, err := unix.PidfdOpen(int(c.Ident), 0)
		if err != nil {
			return nil, unix.ESRCH
		}
		errno = f.lend(n, fd)
	case c.Filter == f.dialect.evfiltSignal:
		n.Kevent.Flags |= evClear // of itself
		fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
		if err != nil {
			return nil, err.(unix.Errno)
		}
		errno = f.lend(n, fd)
	default:
		errno = f.connect(n)
	}
	if errno != 0 {
		return nil, errno
	}
	f.notes[key], f.ids[n.id] = n, n
	return n, 0
}

// lend gives a note a descriptor of its own, which makes the kqueue readable.
func (f *fake) lend(n *note, fd int) unix.Errno {
	n.own = fd
	if err := unix.EpollCtl(f.master, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN}); err != nil {
		return unix.ENOMEM
	}
	return 0
}

// send is a signal, sent to the process.
func (f *fake) send(s unix.Signal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.notes[noteKey{uintptr(s), f.dialect.evfiltSignal}]
	if n == nil {
		return
	}
	n.sent++
	f.activate(n)
	signalEventfd(n.own)
	f.wakeUp()
}

// connect watches for the edges of a descriptor.
func (f *fake) connect(n *note) unix.Errno {
	fd := int(n.ident)
	ev := unix.EpollEvent{Fd: n.id}
	i := 0
	switch n.filter {
	case f.dialect.evfiltRead:
		ev.Events = unix.EPOLLIN | unix.EPOLLRDHUP
	case f.dialect.evfiltWrite:
		i, ev.Events = 1, unix.EPOLLOUT
		if n.file.kind == unix.S_IFIFO && f.noPeer != 0 && pollOne(fd, unix.POLLOUT)&unix.POLLERR != 0 {
			return f.noPeer
		}
		if isQueue(fd, n.file) {
			return unix.EINVAL
		}
	default:
		i, ev.Events = 2, unix.EPOLLPRI
	}
	ev.Events |= unix.EPOLLET
	n.edges = f.edges[i]
	err := unix.EpollCtl(n.edges, unix.EPOLL_CTL_ADD, fd, &ev)
	switch err {
	case nil:
		return 0
	case unix.EPERM:
		return unix.EINVAL
	}
	return err.(unix.Errno)
}

// isQueue reports whether a descriptor is what a fake has for a kqueue.
func isQueue(fd int, is file) bool {
	if is.kind != 0 {
		return false
	}
	name, err := os.Readlink("/proc/self/fd/" + strconv.Itoa(fd))
	return err == nil && strings.Contains(name, "eventpoll")
}

// drop removes a note.
func (f *fake) drop(n *note) {
	if n.edges >= 0 {
		_ = unix.EpollCtl(n.edges, unix.EPOLL_CTL_DEL, int(n.ident), nil)
	}
	if n.own >= 0 {
		_ = unix.Close(n.own)
	}
	delete(f.notes, n.noteKey)
	delete(f.ids, n.id)
	if n.queued {
		f.queue = slices.DeleteFunc(f.queue, func(queued *note) bool { return queued == n })
	}
	f.unused = append(f.unused, n)
	n.id = 0
}

func (f *fake) activate(n *note) {
	n.active = true
	if !n.queued && !n.disabled {
		n.queued = true
		f.queue = append(f.queue, n)
	}
}

// holds looks at what a filter is about, and returns its event if there is one.
func (f *fake) holds(n *note) (Kevent, bool) {
	ev := n.Kevent
	ev.Fflags, ev.Data = 0, 0
	fd := int(n.ident)
	switch {
	case n.filter == f.dialect.evfiltSignal:
		ev.Data = n.sent
		return ev, n.sent > 0
	case n.edges < 0:
		return ev, n.triggered
	case n.filter == f.dialect.evfiltRead:
		is := pollOne(fd, unix.POLLIN|unix.POLLRDHUP)
		ready := is&unix.POLLIN != 0
		if n.file.kind == unix.S_IFSOCK {
			f.end(&ev, is, is&unix.POLLRDHUP != 0)
			ready = ready || is&unix.POLLERR != 0
		} else {
			f.end(&ev, 0, is&(unix.POLLHUP|unix.POLLERR) != 0)
		}
		return ev, ready || ev.Flags&evEof != 0
	case n.filter == f.dialect.evfiltWrite:
		is := pollOne(fd, unix.POLLOUT|unix.POLLRDHUP)
		if n.file.kind == unix.S_IFSOCK {
			f.end(&ev, is, is&unix.POLLHUP != 0 && is&unix.POLLRDHUP != 0)
			n.lonely = is&unix.POLLHUP != 0 && ev.Flags&evEof == 0
			f.lonely = f.lonely || n.lonely
			return ev, !n.lonely && is&(unix.POLLOUT|unix.POLLERR) != 0
		}
		f.end(&ev, 0, is&unix.POLLERR != 0)
		return ev, is&(unix.POLLOUT|unix.POLLERR) != 0
	}
	ev.Fflags = f.dialect.noteOob
	return ev, pollOne(fd, unix.POLLPRI)&unix.POLLPRI != 0
}

// end sets EV_EOF, and the socket's error.
func (f *fake) end(ev *Kevent, is int16, eof bool) {
	if eof {
		ev.Flags |= evEof
		if is&unix.POLLERR != 0 {
			ev.Fflags = uint32(unix.ECONNRESET)
		}
	}
}

func pollOne(fd int, events int16) int16 {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: events}}
	for {
		if _, err := unix.Poll(fds[:], 0); err != unix.EINTR {
			return fds[0].Revents
		}
	}
}

func (f *fake) Wait(n int, timeout time.Duration) (int, error) {
	var deadline time.Time
	if timeout > 0 {
		deadline = time.Now().Add(timeout)
	}
	f.mu.Lock()
	f.count.wait++
	f.mu.Unlock()
	for {
		drainEventfd(f.kick)
		f.mu.Lock()
		k := f.scan(n)
		lonely := f.lonely
		arrive := f.arrive
		if k > 0 {
			f.arrive = nil
		}
		f.mu.Unlock()
		if k > 0 && arrive != nil {
			arrive()
		}
		if k > 0 || timeout == 0 {
			return k, nil
		}
		var left *unix.Timespec
		var ts unix.Timespec
		if timeout > 0 {
			ts = unix.NsecToTimespec(int64(max(time.Until(deadline), 0)))
			left = &ts
		}
		if lonely && (left == nil || ts.Sec > 0 || ts.Nsec > 1e6) {
			ts = unix.NsecToTimespec(1e6)
			left = &ts
		} else {
			lonely = false
		}
		f.polls = [2]unix.PollFd{{Fd: int32(f.master), Events: unix.POLLIN}, {Fd: int32(f.kick), Events: unix.POLLIN}}
		ready, err := unix.Ppoll(f.polls[:], left, nil)
		if err != nil || ready == 0 && !lonely {
			return 0, err
		}
		if f.polls[0].Revents&unix.POLLNVAL != 0 {
			return 0, unix.EBADF
		}
	}
}

// scan collects at most n events.
func (f *fake) scan(n int) int {
	for _, edges := range f.edges {
		for {
			k, _ := unix.EpollWait(edges, f.found[:], 0)
			for i := range max(k, 0) {
				if n := f.ids[f.found[i].Fd]; n != nil {
					f.activate(n)
				}
			}
			if k < len(f.found) {
				break
			}
		}
	}
	if f.lonely {
		f.lonely = false
		for _, n := range f.notes {
			if !n.lonely {
				continue
			}
			if _, ok := f.holds(n); ok {
				f.activate(n)
			}
		}
	}
	k := 0
	for range len(f.queue) {
		if k == n {
			break
		}
		head := f.queue[0]
		f.queue = append(f.queue[:0], f.queue[1:]...)
		head.queued = false
		if f.report(head, &f.batch[k]) {
			k++
		}
	}
	return k
}

// report takes a note's event, if it still has one.
func (f *fake) report(n *note, ev *Kevent) bool {
	if n.edges >= 0 {
		if is, errno := fileOf(int(n.ident)); errno != 0 || is != n.file {
			f.drop(n)
			return false
		}
	}
	if n.disabled {
		return false
	}
	is, ok := f.holds(n)
	if !ok {
		n.active = false
		return false
	}
	if f.drops && n.filter == f.dialect.evfiltWrite && n.file.kind == unix.S_IFIFO && is.Flags&evEof != 0 {
		is.Flags |= evOneshot
		f.drop(n)
	}
	*ev = is
	switch {
	case n.id == 0:
	case n.Kevent.Flags&(evClear|evDispatch) != 0:
		n.active = false
		n.disabled = n.Kevent.Flags&evDispatch != 0
		n.triggered = false
		if n.sent > 0 {
			n.sent = 0
			drainEventfd(n.own)
		}
	default:
		n.queued = true
		f.queue = append(f.queue, n)
	}
	return true
}

func (f *fake) Event(i int) Kevent { return f.batch[i] }

// calls returns how often each call was made since the last time.
func (f *fake) calls() calls {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.count
	f.count = calls{}
	return c
}

// filters returns how many filters a descriptor has.
func (f *fake) filters(fd uintptr) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := 0
	for key, n := range f.notes {
		if key.ident == fd && n.edges >= 0 {
			if is, errno := fileOf(int(fd)); errno == 0 && is == n.file {
				k++
			}
		}
	}
	return k
}
