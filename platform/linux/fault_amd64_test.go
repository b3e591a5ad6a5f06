//go:build linux

package linux

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// A denial is a system call that the kernel refuses.
type denial struct {
	call  uintptr
	match map[int]uint32 // arguments that it must have; nil is any
	errno unix.Errno
}

// denied runs a function on a thread of its own, for which the kernel refuses
// calls: by a filter of seccomp(2), so that there is no seam in what is tested,
// and nobody else's calls fail. The thread ends with the function. A call that is
// made until it isn't interrupted would be made for ever: EINTR is for tools/faults.
func denied(t *testing.T, all []denial, call func() error) error {
	t.Helper()
	done, skip := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread() // and never unlocked
		if err := deny(all); err != nil {
			skip <- err
			return
		}
		done <- call()
	}()
	select {
	case err := <-skip:
		t.Skipf("no filters for system calls: %v", err)
	case err := <-done:
		return err
	}
	return nil
}

// deny makes the calling thread's calls fail from here on.
func deny(all []denial) error {
	const (
		number    = 0  // where struct seccomp_data has the call
		arguments = 16 // and its first argument, of 8 bytes, the lower half first
	)
	load := func(at int) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: uint32(at)}
	}
	var program []unix.SockFilter
	for _, d := range all {
		rest := 2*len(d.match) + 1 // behind the first comparison
		program = append(program, load(number),
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: uint32(d.call), Jf: uint8(rest)})
		for i, value := range d.match {
			rest -= 2
			program = append(program, load(arguments+8*i),
				unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: value, Jf: uint8(rest)})
		}
		program = append(program, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(d.errno)})
	}
	program = append(program, unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW})
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	f := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&f)), 0, 0)
	runtime.KeepAlive(program)
	return err
}

// A bench is a poller with a socket that was added, one that was not, and the
// peers of both.
type bench struct {
	p                            *Poller
	there, thereFar, out, outFar int
	events                       [4]platform.Event
}

func newBench(t *testing.T) *bench {
	t.Helper()
	p, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{p: p}
	b.there, b.thereFar = socketpair(t)
	b.out, b.outFar = socketpair(t)
	if err := p.Add(platform.Handle(b.there), 1, platform.Readable, platform.Edge); err != nil {
		t.Fatal(err)
	}
	return b
}

func socketpair(t *testing.T) (a, b int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fds[0], fds[1]
}

// works checks that the poller does all that it did before.
func (b *bench) works() error {
	var byt [1]byte
	if _, err := unix.Write(b.thereFar, byt[:]); err != nil {
		return err
	}
	// A wake whose call failed may be reported as none, and one that was made is
	// not an event.
	n, err := b.p.Wait(b.events[:], time.Minute)
	if n != 1 || err != nil || b.events[0] != (platform.Event{Token: 1, Ready: platform.ReadyReadable}) {
		return fmt.Errorf("Wait = %d, %v, %v", n, b.events[:n], err)
	}
	if _, err := unix.Read(b.there, byt[:]); err != nil {
		return err
	}
	if err := b.p.Wake(); err != nil {
		return err
	}
	if n, err := b.p.Wait(b.events[:], time.Minute); n != 0 || err != nil {
		return fmt.Errorf("woken, Wait = %d, %v", n, err)
	}
	if err := b.p.Modify(platform.Handle(b.out), 2, platform.Readable, platform.Edge); !errors.Is(err, platform.ErrNotFound) {
		return fmt.Errorf("what was not added is there: %v", err)
	}
	return nil
}

// close closes the poller and all else.
func (b *bench) close(t *testing.T) {
	t.Helper()
	if err := b.p.Close(); err != nil {
		t.Error(err)
	}
	for _, fd := range []int{b.there, b.thereFar, b.out, b.outFar} {
		if err := unix.Close(fd); err != nil {
			t.Error(err)
		}
	}
}

// descriptors counts what this process has open.
func descriptors(t *testing.T) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(names)
}

// A site is a place where a call is made.
type site struct {
	name   string
	op     string // of the error
	call   string // as the error names it
	deny   func(b *bench) []denial
	errnos []unix.Errno
	kinds  map[unix.Errno]error // of the contract's
	do     func(b *bench) error
}

// anyOf is a call with whatever arguments, or one of several that do the same.
func anyOf(calls ...uintptr) func(*bench) []denial {
	return func(*bench) []denial {
		var all []denial
		for _, c := range calls {
			all = append(all, denial{call: c})
		}
		return all
	}
}

// polls is one of several calls on the poller's own descriptor: Go's runtime, which
// ends the program where its poller fails, may look at that from any thread.
func polls(calls ...uintptr) func(*bench) []denial {
	return func(b *bench) []denial {
		var all []denial
		for _, c := range calls {
			all = append(all, denial{call: c, match: map[int]uint32{0: uint32(b.p.epfd)}})
		}
		return all
	}
}

// control is epoll_ctl with an operation.
func control(op uint32) func(*bench) []denial {
	return func(*bench) []denial { return []denial{{call: unix.SYS_EPOLL_CTL, match: map[int]uint32{1: op}}} }
}

// opening is Open, which must fail.
func opening(*bench) error {
	p, err := Open()
	if err == nil {
		return errors.Join(errors.New("it was opened"), p.Close())
	}
	return err
}

// waiting is Wait with a timeout.
func waiting(d time.Duration) func(b *bench) error {
	return func(b *bench) error {
		_, err := b.p.Wait(b.events[:], d)
		return err
	}
}

// added is what a site has to do with a handle that is not there.
func added(b *bench) error {
	return b.p.Add(platform.Handle(b.out), 2, platform.Readable|platform.Writable, platform.Level)
}

// probing probes an eventfd, which is both readable and writable, but is neither
// socket nor pipe: so that epoll is asked, too.
func probing(*bench) error {
	fd, err := unix.Eventfd(1, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(fd) }()
	_, err = Probe(platform.Handle(fd), platform.Readable|platform.Writable)
	return err
}

// gone is what the contract says of a handle that the kernel doesn't know.
var gone = map[unix.Errno]error{
	unix.EBADF: platform.ErrNotFound, unix.ENOENT: platform.ErrNotFound,
	unix.EPERM: platform.ErrNotFound, unix.EINVAL: platform.ErrNotFound,
}

// sites are those where a call's error is the caller's, with what its manual page
// lists.
var sites = []site{
	{
		name: "Open, epoll_create1", op: "open", call: "epoll_create1", deny: anyOf(unix.SYS_EPOLL_CREATE1),
		errnos: []unix.Errno{unix.EMFILE, unix.ENFILE, unix.ENOMEM}, do: opening,
	},
	{
		name: "Open, eventfd2", op: "open", call: "eventfd", deny: anyOf(unix.SYS_EVENTFD2),
		errnos: []unix.Errno{unix.EMFILE, unix.ENFILE, unix.ENODEV, unix.ENOMEM}, do: opening,
	},
	{
		name: "Open, epoll_ctl", op: "open", call: "epoll_ctl", deny: control(unix.EPOLL_CTL_ADD),
		errnos: []unix.Errno{unix.ENOMEM, unix.ENOSPC}, do: opening,
	},
	{
		name: "Add", op: "add", call: "epoll_ctl", deny: control(unix.EPOLL_CTL_ADD),
		errnos: []unix.Errno{unix.EBADF, unix.EEXIST, unix.EINVAL, unix.ELOOP, unix.ENOMEM, unix.ENOSPC, unix.EPERM},
		kinds: map[unix.Errno]error{
			unix.EEXIST: platform.ErrExists, unix.EBADF: platform.ErrNotPollable, unix.EINVAL: platform.ErrNotPollable,
			unix.ELOOP: platform.ErrNotPollable, unix.EPERM: platform.ErrNotPollable,
		},
		do: added,
	},
	{
		name: "Modify", op: "modify", call: "epoll_ctl", deny: control(unix.EPOLL_CTL_MOD),
		errnos: []unix.Errno{unix.EBADF, unix.EINVAL, unix.ENOENT, unix.ENOMEM, unix.EPERM}, kinds: gone,
		do: func(b *bench) error {
			return b.p.Modify(platform.Handle(b.there), 9, platform.Writable, platform.Level)
		},
	},
	{
		name: "Delete", op: "delete", call: "epoll_ctl", deny: control(unix.EPOLL_CTL_DEL),
		errnos: []unix.Errno{unix.EBADF, unix.EINVAL, unix.ENOENT, unix.ENOMEM, unix.EPERM}, kinds: gone,
		do: func(b *bench) error { return b.p.Delete(platform.Handle(b.there)) },
	},
	{
		name: "Wait", op: "wait", call: "epoll_wait", deny: polls(unix.SYS_EPOLL_WAIT, unix.SYS_EPOLL_PWAIT),
		errnos: []unix.Errno{unix.EBADF, unix.EINVAL, unix.EFAULT}, do: waiting(-1),
	},
	{
		name: "Wait, not at all", op: "wait", call: "epoll_wait", deny: polls(unix.SYS_EPOLL_WAIT, unix.SYS_EPOLL_PWAIT),
		errnos: []unix.Errno{unix.EBADF, unix.EINVAL, unix.EFAULT}, do: waiting(0),
	},
	{
		name: "Wait, a while", op: "wait", call: "epoll_wait",
		deny:   polls(unix.SYS_EPOLL_WAIT, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_PWAIT2),
		errnos: []unix.Errno{unix.EBADF, unix.EINVAL, unix.EFAULT}, do: waiting(time.Millisecond),
	},
	{
		name: "Wake", op: "wake", call: "write",
		deny: func(b *bench) []denial {
			return []denial{{call: unix.SYS_WRITE, match: map[int]uint32{0: uint32(b.p.wake)}}}
		},
		errnos: []unix.Errno{unix.EAGAIN, unix.EBADF, unix.EIO, unix.EINVAL},
		do:     func(b *bench) error { return b.p.Wake() },
	},
	{
		name: "Probe, ppoll", op: "probe", call: "ppoll", deny: anyOf(unix.SYS_POLL, unix.SYS_PPOLL),
		errnos: []unix.Errno{unix.ENOMEM, unix.EINVAL, unix.EFAULT}, do: probing,
	},
	{
		name: "Probe, fstat", op: "probe", call: "fstat", deny: anyOf(unix.SYS_FSTAT, unix.SYS_NEWFSTATAT),
		errnos: []unix.Errno{unix.ENOMEM, unix.EOVERFLOW}, do: probing,
	},
	{
		name: "Probe, epoll_create1", op: "probe", call: "epoll_create1", deny: anyOf(unix.SYS_EPOLL_CREATE1),
		errnos: []unix.Errno{unix.EMFILE, unix.ENFILE, unix.ENOMEM}, do: probing,
	},
	{
		name: "Probe, epoll_ctl", op: "probe", call: "epoll_ctl", deny: control(unix.EPOLL_CTL_ADD),
		errnos: []unix.Errno{unix.ENOMEM, unix.ENOSPC, unix.EPERM},
		kinds:  map[unix.Errno]error{unix.EPERM: platform.ErrNotPollable}, do: probing,
	},
	{
		name: "OpenSignals", op: "open", call: "signalfd", deny: anyOf(unix.SYS_SIGNALFD4),
		errnos: []unix.Errno{unix.EMFILE, unix.ENFILE, unix.ENODEV, unix.ENOMEM},
		do: func(*bench) error {
			_, err := OpenSignals(unix.SIGUSR1)
			return err
		},
	},
}

// fail makes a call fail at a site, and checks what is said.
func (s *site) fail(t *testing.T, b *bench, errno unix.Errno) error {
	t.Helper()
	all := s.deny(b)
	for i := range all {
		all[i].errno = errno
	}
	err := denied(t, all, func() error { return s.do(b) })
	e, ok := errors.AsType[*platform.Error](err)
	if !ok || e.Op != s.op || e.Kind != s.kinds[errno] {
		return fmt.Errorf("%s: %v: is no error of %q that is %v", errno, err, s.op, s.kinds[errno])
	}
	if call, ok := errors.AsType[*os.SyscallError](err); !ok || call.Syscall != s.call || !errors.Is(err, errno) {
		return fmt.Errorf("%s: %v: is no error of %s", errno, err, s.call)
	}
	return b.works()
}

// Each call fails, with each error that its manual page lists: the caller is told,
// everything else goes on, and nothing stays open.
func TestEveryFault(t *testing.T) {
	injected := 0
	for i := range sites {
		s := &sites[i]
		t.Run(s.name, func(t *testing.T) {
			before := descriptors(t)
			for _, errno := range s.errnos {
				b := newBench(t)
				if err := s.fail(t, b, errno); err != nil {
					t.Error(err)
				}
				injected++
				b.close(t)
			}
			if after := descriptors(t); after > before {
				t.Errorf("%d descriptors are open, %d were before", after, before)
			}
		})
	}
	t.Logf("faults: %d injected at %d call sites of platform/linux", injected, len(sites))
}

// The same at random, with one poller.
func TestRandomFaults(t *testing.T) {
	before := descriptors(t)
	random := rand.New(rand.NewPCG(1, 2))
	b := newBench(t)
	for range 300 {
		s := &sites[random.IntN(len(sites))]
		if err := s.fail(t, b, s.errnos[random.IntN(len(s.errnos))]); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
	}
	b.close(t)
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors are open, %d were before", after, before)
	}
}

// A close that fails is told, for each of the descriptors, and the others are
// closed all the same.
func TestCloseFails(t *testing.T) {
	for name, which := range map[string]func(p *Poller) int{
		"wake":  func(p *Poller) int { return p.wake },
		"epoll": func(p *Poller) int { return p.epfd },
	} {
		t.Run(name, func(t *testing.T) {
			before := descriptors(t)
			p, err := Open()
			if err != nil {
				t.Fatal(err)
			}
			fd := which(p)
			err = denied(t, []denial{{unix.SYS_CLOSE, map[int]uint32{0: uint32(fd)}, unix.EIO}}, p.Close)
			if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "close" || !errors.Is(err, unix.EIO) {
				t.Errorf("Close: %v", err)
			}
			if err := p.Close(); !errors.Is(err, platform.ErrClosed) {
				t.Errorf("Close, again: %v", err)
			}
			_ = unix.Close(fd) // which the kernel would have done in spite of its error
			if after := descriptors(t); after > before {
				t.Errorf("%d descriptors are open, %d were before", after, before)
			}
		})
	}
}

// Where a call fails that parking needs, the poller can't park, says why, and
// waits as ever. What it had opened for it is closed (facts/pitfalls 23).
func TestParkingFails(t *testing.T) {
	parkable(t) // the runtime has its own poller from here on
	duplicate := func(of func(b *bench) int) func(b *bench) []denial {
		return func(b *bench) []denial {
			return []denial{{call: unix.SYS_FCNTL, match: map[int]uint32{0: uint32(of(b)), 1: unix.F_DUPFD_CLOEXEC}}}
		}
	}
	epfd := func(b *bench) int { return b.p.epfd }
	// The duplicate gets the lowest number that is free.
	next := func(b *bench) int {
		fd, err := unix.FcntlInt(uintptr(b.p.epfd), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		_ = unix.Close(fd)
		return fd
	}
	command := func(cmd uint32) func(*bench) []denial {
		return func(*bench) []denial { return []denial{{call: unix.SYS_FCNTL, match: map[int]uint32{1: cmd}}} }
	}
	for name, c := range map[string]struct {
		deny   func(b *bench) []denial
		errnos []unix.Errno
	}{
		"duplicate":    {duplicate(epfd), []unix.Errno{unix.EMFILE, unix.EBADF}},
		"spare":        {duplicate(next), []unix.Errno{unix.EMFILE}},
		"flags":        {command(unix.F_GETFL), []unix.Errno{unix.EBADF}},
		"set flags":    {command(unix.F_SETFL), []unix.Errno{unix.EBADF, unix.EPERM}},
		"Go's runtime": {control(unix.EPOLL_CTL_ADD), []unix.Errno{unix.ENOMEM, unix.ENOSPC}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, errno := range c.errnos {
				before := descriptors(t)
				b := newBench(t)
				all := c.deny(b)
				for i := range all {
					all[i].errno = errno
				}
				err := denied(t, all, func() error {
					if b.p.CanPark() {
						return errors.New("it can park")
					}
					return nil
				})
				if err != nil {
					t.Fatalf("%v: %v", errno, err)
				}
				_, err = b.p.Park(b.events[:], -1)
				if !errors.Is(err, errors.ErrUnsupported) {
					t.Errorf("%v: Park: %v", errno, err)
				}
				// What the runtime was told it keeps to itself: its file has no
				// deadlines.
				if name != "Go's runtime" && !errors.Is(err, errno) {
					t.Errorf("Park: %v: is not %q", err, errno)
				}
				if err := b.works(); err != nil {
					t.Errorf("%v: %v", errno, err)
				}
				b.close(t)
				if after := descriptors(t); after > before {
					t.Errorf("%v: %d descriptors are open, %d were before", errno, after, before)
				}
			}
		})
	}
}

// A kernel that doesn't have epoll_pwait2, or a sandbox that doesn't let it
// through, is asked in milliseconds, and is not asked again.
func TestPwait2Denied(t *testing.T) {
	for _, errno := range []unix.Errno{unix.ENOSYS, unix.EPERM} {
		withoutPwait2(t) // puts it back
		noPwait2.Store(false)
		b := newBench(t)
		err := denied(t, []denial{{unix.SYS_EPOLL_PWAIT2, nil, errno}}, func() error {
			begun := time.Now()
			n, err := b.p.Wait(b.events[:], 3*time.Millisecond)
			if d := time.Since(begun); n != 0 || err != nil || d < 3*time.Millisecond {
				return fmt.Errorf("Wait = %d, %w after %v", n, err, d)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%v: %v", errno, err)
		}
		if !noPwait2.Load() {
			t.Errorf("%v: it is asked again", errno)
		}
		if err := b.works(); err != nil {
			t.Error(err)
		}
		b.close(t)
	}
}

// A Wait that is interrupted over and over is neither early nor late, and sees
// what comes.
func TestWaitInterrupted(t *testing.T) {
	b := newBench(t)
	err := denied(t, []denial{{unix.SYS_EPOLL_PWAIT2, nil, unix.EINTR}}, func() error {
		begun := time.Now()
		n, err := b.p.Wait(b.events[:], 3*time.Millisecond)
		if d := time.Since(begun); n != 0 || err != nil || d < 3*time.Millisecond {
			return fmt.Errorf("Wait = %d, %w after %v", n, err, d)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if err := b.works(); err != nil {
		t.Error(err)
	}
	b.close(t)
}

// Where a pipe can't be told from other handles, its end is not called one.
func TestPipeNotKnown(t *testing.T) {
	pipeDevice() // asks for a pipe of its own, once
	for name, all := range map[string][]denial{
		"size":  {{unix.SYS_FCNTL, map[int]uint32{1: unix.F_GETPIPE_SZ}, unix.EPERM}},
		"fstat": {{unix.SYS_FSTAT, nil, unix.ENOMEM}, {unix.SYS_NEWFSTATAT, nil, unix.ENOMEM}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			var fds [2]int
			if err := unix.Pipe2(fds[:], unix.O_NONBLOCK|unix.O_CLOEXEC); err != nil {
				t.Fatal(err)
			}
			r := platform.Handle(fds[0])
			if err := denied(t, all, func() error { return b.p.Add(r, 2, platform.Readable, platform.Edge) }); err != nil {
				t.Fatal(err)
			}
			if err := unix.Close(fds[1]); err != nil {
				t.Fatal(err)
			}
			n, err := b.p.Wait(b.events[:], time.Minute)
			if n != 1 || err != nil || !b.events[0].Ready.IsReadable() || b.events[0].Ready.Has(platform.ReadyReadClosed) {
				t.Errorf("Wait = %v, %v", b.events[:n], err)
			}
			if err := errors.Join(b.p.Delete(r), unix.Close(fds[0]), b.works()); err != nil {
				t.Error(err)
			}
			b.close(t)
		})
	}
}
