package kqueue

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

const (
	readable = platform.Readable
	writable = platform.Writable
	edge     = platform.Edge
	level    = platform.Level
	oneShot  = platform.OneShot
)

// pair returns two connected sockets; what closes them may be called more than
// once.
func pair(t *testing.T) (a, b platform.Handle) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return owned(t, fds[0]), owned(t, fds[1])
}

// pipe returns the two ends of a pipe.
func pipe(t *testing.T) (reader, writer platform.Handle) {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_NONBLOCK|unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	return owned(t, fds[0]), owned(t, fds[1])
}

// owned makes a handle of a descriptor, which is closed with the test if it was
// not before.
func owned(t *testing.T, fd int) platform.Handle {
	t.Helper()
	was, _ := fileOf(fd)
	t.Cleanup(func() {
		if is, errno := fileOf(fd); errno == 0 && is == was {
			_ = unix.Close(fd)
		}
	})
	return platform.Handle(fd)
}

func closeHandle(t *testing.T, h platform.Handle) {
	t.Helper()
	if err := unix.Close(int(h)); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, h platform.Handle) {
	t.Helper()
	if _, err := unix.Write(int(h), []byte("x")); err != nil {
		t.Fatal(err)
	}
}

func add(t *testing.T, p *Poller, h platform.Handle, token platform.Token, in platform.Interest, m platform.Mode) {
	t.Helper()
	if err := p.Add(h, token, in, m); err != nil {
		t.Fatal(err)
	}
}

func modify(t *testing.T, p *Poller, h platform.Handle, token platform.Token, in platform.Interest, m platform.Mode) {
	t.Helper()
	if err := p.Modify(h, token, in, m); err != nil {
		t.Fatal(err)
	}
}

// reports checks what one look reports.
func reports(t *testing.T, p *Poller, want ...platform.Event) {
	t.Helper()
	if got := waited(t, p); !slices.Equal(got, want) {
		t.Fatalf("reported %v, want %v", got, want)
	}
}

// event is what is reported of a token.
func event(token platform.Token, is platform.Ready) platform.Event {
	return platform.Event{Token: token, Ready: is}
}

// refused checks an error.
func refused(t *testing.T, err, kind, errno error) {
	t.Helper()
	if _, ok := errors.AsType[*platform.Error](err); !ok || !errors.Is(err, kind) {
		t.Errorf("%v: is no platform.Error that is %q", err, kind)
	}
	if errno != nil && !errors.Is(err, errno) {
		t.Errorf("%v: is not %q", err, errno)
	}
}

// Every method but Open is one system call at most. Rearm is none.
func TestSystemCalls(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		a, _ := pair(t)
		events := make([]platform.Event, 4)
		user := 1
		if s.dialect.pipe {
			user = 0
		}
		f.calls()
		for _, step := range []struct {
			name string
			call func() error
			want calls
		}{
			{"Add", func() error { return p.Add(a, 1, readable|writable, edge) }, calls{change: 1}},
			{"Wait", func() error { _, err := p.Wait(events, -1); return err }, calls{wait: 1}},
			{"Rearm", func() error { return p.Rearm(a, 1, readable) }, calls{}},
			{"Modify", func() error { return p.Modify(a, 1, readable, level) }, calls{change: 1}},
			{"Wait that times out", func() error { _, err := p.Wait(events, time.Millisecond); return err }, calls{wait: 1}},
			{"Wait that does not wait", func() error { _, err := p.Wait(events, 0); return err }, calls{wait: 1}},
			{"Wake", p.Wake, calls{trigger: user}},
			{"Wake again", p.Wake, calls{}},
			{"Wait that was woken", func() error { _, err := p.Wait(events, -1); return err }, calls{wait: 1}},
			{"Wake after it", p.Wake, calls{trigger: user}},
			{"Delete", func() error { return p.Delete(a) }, calls{change: 1}},
		} {
			if err := step.call(); err != nil {
				t.Errorf("%s: %v", step.name, err)
			}
			if got := f.calls(); got != step.want {
				t.Errorf("%s: %+v, want %+v", step.name, got, step.want)
			}
		}
	})
}

// The filters of a handle have one event together.
func TestOneEvent(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		for _, m := range []platform.Mode{edge, level, oneShot} {
			p, _ := opened(t, s)
			a, b := pair(t)
			write(t, b)
			add(t, p, a, 7, readable|writable, m)
			reports(t, p, event(7, platform.ReadyReadable|platform.ReadyWritable))
		}
	})
}

// One shot is one Event: what the other filter says later is dropped, and does
// not hide what is behind it, though there is room for one event only.
func TestOneShotOfTwoFilters(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, _ := opened(t, s)
		a, b := pair(t)
		c, _ := pair(t)
		write(t, b)
		add(t, p, a, 1, readable|writable, oneShot)
		add(t, p, c, 2, writable, level)
		one := make([]platform.Event, 1)
		shots := 0
		for range 4 {
			n, err := p.Wait(one, 0)
			if n != 1 || err != nil {
				t.Fatalf("Wait = %d, %v", n, err)
			}
			if one[0].Token == 1 {
				shots++
			}
		}
		if shots != 1 {
			t.Errorf("%d events, want 1", shots)
		}
		modify(t, p, a, 3, readable|writable, oneShot)
		if got := waited(t, p); !slices.Contains(got, event(3, platform.ReadyReadable|platform.ReadyWritable)) {
			t.Errorf("after Modify: %v", got)
		}
	})
}

// An event that the kernel had before a Delete or a Modify is not reported after
// it, whoever has the number by then (facts/pitfalls 13, 14).
func TestStaleEvent(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		for name, change := range map[string]func(p *Poller, a, b platform.Handle) error{
			"Delete": func(p *Poller, a, _ platform.Handle) error { return p.Delete(a) },
			"Modify": func(p *Poller, a, _ platform.Handle) error { return p.Modify(a, 2, writable, oneShot) },
			"Reuse": func(p *Poller, a, b platform.Handle) error {
				return errors.Join(p.Delete(a), unix.Dup3(int(b), int(a), unix.O_CLOEXEC), p.Add(a, 3, readable, edge))
			},
			"ReuseWithoutDelete": func(p *Poller, a, b platform.Handle) error {
				return errors.Join(unix.Dup3(int(b), int(a), unix.O_CLOEXEC), p.Add(a, 3, readable, edge))
			},
		} {
			t.Run(name, func(t *testing.T) {
				p, f := opened(t, s)
				a, b := pair(t)
				c, d := pair(t)
				_ = d
				add(t, p, a, 1, readable|writable, level)
				write(t, b)
				closeHandle(t, b)
				var err error
				f.arrive = func() { err = change(p, a, c) }
				got := waited(t, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, ev := range got {
					if ev.Token != 2 || ev.Ready&^(platform.ReadyWritable|platform.ReadyWriteClosed) != 0 {
						t.Errorf("reported %v", ev)
					}
				}
				if name == "Modify" {
					if len(got) != 1 {
						t.Errorf("reported %v, want what holds for the new token", got)
					}
				} else {
					reports(t, p)
				}
			})
		}
	})
}

// A closed descriptor has left the kqueue, and the table finds out: Add of its
// number begins anew, Modify and Delete say so.
func TestNumberReused(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		reused := func(t *testing.T) (p *Poller, f *fake, a, peer platform.Handle) {
			p, f = opened(t, s)
			a, _ = pair(t)
			b, peer := pair(t)
			add(t, p, a, 1, readable|writable, edge)
			waited(t, p)
			if err := unix.Dup3(int(b), int(a), unix.O_CLOEXEC); err != nil {
				t.Fatal(err)
			}
			return p, f, a, peer
		}
		t.Run("Add", func(t *testing.T) {
			p, _, a, peer := reused(t)
			add(t, p, a, 2, readable, level)
			reports(t, p)
			write(t, peer)
			reports(t, p, event(2, platform.ReadyReadable))
			refused(t, p.Add(a, 3, readable, level), platform.ErrExists, nil)
		})
		t.Run("Modify", func(t *testing.T) {
			p, f, a, peer := reused(t)
			refused(t, p.Modify(a, 2, readable, level), platform.ErrNotFound, unix.ENOENT)
			if n := f.filters(uintptr(a)); n != 0 {
				t.Errorf("the new descriptor has got %d filters", n)
			}
			write(t, peer)
			reports(t, p)
			refused(t, p.Modify(a, 2, readable, level), platform.ErrNotFound, nil)
			add(t, p, a, 3, readable, edge)
		})
		t.Run("Delete", func(t *testing.T) {
			p, _, a, _ := reused(t)
			refused(t, p.Delete(a), platform.ErrNotFound, unix.ENOENT)
			refused(t, p.Delete(a), platform.ErrNotFound, nil)
			add(t, p, a, 3, readable, edge)
		})
	})
}

// A closed descriptor whose number nobody has is not found.
func TestClosed(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, _ := opened(t, s)
		for _, call := range []func(platform.Handle) error{
			p.Delete,
			func(h platform.Handle) error { return p.Modify(h, 2, writable, level) },
		} {
			a, _ := pair(t)
			add(t, p, a, 1, readable, level)
			closeHandle(t, a)
			refused(t, call(a), platform.ErrNotFound, unix.EBADF)
			refused(t, call(a), platform.ErrNotFound, nil)
			refused(t, p.Add(a, 1, readable, edge), platform.ErrNotPollable, unix.EBADF)
		}
	})
}

// An Add that is refused leaves token, interest and mode, also of a shot that
// was fired.
func TestAddTwice(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		for _, m := range []platform.Mode{edge, level, oneShot} {
			p, f := opened(t, s)
			a, b := pair(t)
			add(t, p, a, 1, readable, m)
			for range 2 {
				refused(t, p.Add(a, 2, writable, level), platform.ErrExists, nil)
				if n := f.filters(uintptr(a)); n != 1 {
					t.Errorf("%v: %d filters, want 1", m, n)
				}
				write(t, b)
			}
			reports(t, p, event(1, platform.ReadyReadable))
			if m == oneShot {
				refused(t, p.Add(a, 2, readable, edge), platform.ErrExists, nil)
				reports(t, p)
			}
		}
	})
}

// Where one filter is refused the others go, and the error says which it is.
func TestAddRefused(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		a, b := pair(t)
		for errno, kind := range map[unix.Errno]error{
			unix.EINVAL: platform.ErrNotPollable,
			unix.EPERM:  platform.ErrNotPollable,
			unix.ENOMEM: unix.ENOMEM,
			unix.EACCES: unix.EACCES,
		} {
			f.fault = func(c *Kevent) unix.Errno {
				if c.Filter == s.dialect.evfiltWrite && c.Flags&evAdd != 0 {
					return errno
				}
				return 0
			}
			refused(t, p.Add(a, 1, readable|writable, level), kind, errno)
			if n := f.filters(uintptr(a)); n != 0 {
				t.Errorf("%v: %d filters are left", errno, n)
			}
			refused(t, p.Delete(a), platform.ErrNotFound, nil)
		}
		f.fault = nil
		write(t, b)
		reports(t, p)
		add(t, p, a, 2, readable|writable, level)
	})
}

// A Modify that is refused leaves all as it was.
func TestModifyRefused(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		for _, m := range []platform.Mode{edge, level, oneShot} {
			p, f := opened(t, s)
			a, b := pair(t)
			add(t, p, a, 1, readable, m)
			f.fault = func(c *Kevent) unix.Errno {
				if c.Filter == s.dialect.evfiltWrite && c.Flags&evAdd != 0 {
					return unix.ENOMEM
				}
				return 0
			}
			refused(t, p.Modify(a, 2, readable|writable, level), unix.ENOMEM, nil)
			f.fault = nil
			if n := f.filters(uintptr(a)); n != 1 {
				t.Errorf("%v: %d filters, want 1", m, n)
			}
			reports(t, p)
			write(t, b)
			reports(t, p, event(1, platform.ReadyReadable))
			if m == level {
				reports(t, p, event(1, platform.ReadyReadable))
				continue
			}
			reports(t, p)
			if m == oneShot { // a shot that was fired is not fired again
				f.fault = func(c *Kevent) unix.Errno {
					if c.Filter == s.dialect.evfiltWrite {
						return unix.ENOMEM
					}
					return 0
				}
				refused(t, p.Modify(a, 2, writable, level), unix.ENOMEM, nil)
				f.fault = nil
				reports(t, p)
			}
		}
	})
}

// EINTR from a change call says that all changes were made.
func TestChangeInterrupted(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		f.failed = unix.EINTR
		a, b := pair(t)
		add(t, p, a, 1, readable, edge)
		write(t, b)
		reports(t, p, event(1, platform.ReadyReadable))
		modify(t, p, a, 2, readable|writable, level)
		reports(t, p, event(2, platform.ReadyReadable|platform.ReadyWritable))
		if err := p.Delete(a); err != nil {
			t.Fatal(err)
		}
		if n := f.filters(uintptr(a)); n != 0 {
			t.Errorf("%d filters are left", n)
		}
	})
}

// A change call that fails as a whole is an error, and changes nothing.
func TestChangeFails(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		a, c := pair(t)
		add(t, p, a, 1, readable, edge)
		b, _ := pair(t)
		f.failed = unix.ENOMEM
		refused(t, p.Add(b, 2, readable, edge), unix.ENOMEM, nil)
		refused(t, p.Modify(a, 3, writable, edge), unix.ENOMEM, nil)
		refused(t, p.Delete(a), unix.ENOMEM, nil)
		f.failed = 0
		refused(t, p.Delete(b), platform.ErrNotFound, nil)
		write(t, c)
		reports(t, p, event(1, platform.ReadyReadable))
		modify(t, p, a, 3, writable, edge)
		reports(t, p, event(3, platform.ReadyWritable))
	})
}

// The writing end of a pipe that nobody reads is writable, for the write fails
// at once, whatever the kernel says to EVFILT_WRITE, and before or after it came
// about.
func TestPipeWithoutReader(t *testing.T) {
	gone := platform.ReadyWritable | platform.ReadyWriteClosed
	everySystem(t, func(t *testing.T, s system) {
		for _, in := range []platform.Interest{writable, readable | writable} {
			for _, m := range []platform.Mode{edge, level, oneShot} {
				for _, before := range []bool{false, true} {
					p, f := opened(t, s)
					r, w := pipe(t)
					if before {
						add(t, p, w, 1, in, m)
						waited(t, p)
						modify(t, p, w, 1, in, m)
					}
					closeHandle(t, r)
					if !before {
						add(t, p, w, 1, in, m)
					}
					for i := range 3 {
						got := waited(t, p)
						want := i == 0 || m == level
						if (len(got) == 1 && got[0].Token == 1 && got[0].Ready.IsWritable() && got[0].Ready&^gone == 0) != want {
							t.Fatalf("%v, %v, before %v: look %d reports %v", in, m, before, i, got)
						}
					}
					refused(t, p.Add(w, 2, in, m), platform.ErrExists, nil)
					modify(t, p, w, 3, in, m)
					if got := waited(t, p); len(got) != 1 || got[0].Token != 3 {
						t.Fatalf("%v, %v: after Modify: %v", in, m, got)
					}
					if err := p.Delete(w); err != nil {
						t.Fatal(err)
					}
					if n := f.filters(uintptr(w)); n != 0 {
						t.Errorf("%d filters are left", n)
					}
				}
			}
		}
	})
}

// A filter that the kernel drops while it is told of it, is missing for a moment:
// that is no proof that a pipe was closed.
func TestPipeFilterDropped(t *testing.T) {
	p, f := opened(t, systems["freebsd"])
	r, w := pipe(t)
	add(t, p, w, 1, writable, level)
	waited(t, p)
	closeHandle(t, r)
	var errs [2]error
	f.arrive = func() {
		errs[0] = p.Modify(w, 2, writable, level)
		errs[1] = p.Delete(w)
	}
	waited(t, p)
	if err := errors.Join(errs[:]...); err != nil {
		t.Error(err)
	}
}

// The poller's own descriptors are not pollable.
func TestOwnDescriptors(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		own := []platform.Handle{platform.Handle(f.FD())}
		if s.dialect.pipe {
			own = append(own, platform.Handle(p.waker.ident), platform.Handle(p.waker.writer))
		}
		for _, h := range own {
			refused(t, p.Add(h, 1, readable, edge), platform.ErrNotPollable, unix.EINVAL)
		}
		if err := p.Wake(); err != nil {
			t.Fatal(err)
		}
		if n, err := p.Wait(make([]platform.Event, 1), -1); n != 0 || err != nil {
			t.Errorf("Wait = %d, %v", n, err)
		}
	})
}

// One kqueue can be watched by another, for reading and nothing else.
func TestQueueInQueue(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skipf("the fake does not know a queue by its descriptor: %v", err)
	}
	everySystem(t, func(t *testing.T, s system) {
		outer, _ := opened(t, s)
		inner, f := opened(t, s)
		a, b := pair(t)
		add(t, inner, a, 1, readable, level)
		refused(t, outer.Add(platform.Handle(f.FD()), 2, writable, edge), platform.ErrNotPollable, unix.EINVAL)
		add(t, outer, platform.Handle(f.FD()), 2, readable, edge)
		reports(t, outer)
		write(t, b)
		reports(t, outer, event(2, platform.ReadyReadable))
		refused(t, outer.Modify(platform.Handle(f.FD()), 3, readable|writable, edge), platform.ErrNotPollable, unix.EINVAL)
		waited(t, outer)
	})
}

// A kqueue that somebody else has closed is an error, and not an endless loop.
func TestQueueClosed(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		p, f := opened(t, s)
		a, _ := pair(t)
		f.mu.Lock()
		for _, fd := range append(f.edges[:], f.master, f.kick) {
			_ = unix.Close(fd)
		}
		f.mu.Unlock()
		n, err := p.Wait(make([]platform.Event, 1), -1)
		if n != 0 || !errors.Is(err, unix.EBADF) {
			t.Errorf("Wait = %d, %v", n, err)
		}
		refused(t, p.Add(a, 1, readable, edge), unix.EBADF, nil)
	})
}

// Where the waker can't be added Open fails, and nothing stays open.
func TestOpenFails(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		count := func() int {
			names, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				t.Skip(err)
			}
			return len(names)
		}
		before := count()
		f, err := newFake(s)
		if err != nil {
			t.Fatal(err)
		}
		f.fault = func(*Kevent) unix.Errno { return unix.ENOMEM }
		refused(t, new(Poller).Open(f, &s.dialect), unix.ENOMEM, nil)
		if after := count(); after != before {
			t.Errorf("%d descriptors are open, %d were before", after, before)
		}
	})
}

// A pipe is emptied when its event is taken, so that every wake is an edge.
func TestWakerPipe(t *testing.T) {
	p, _ := opened(t, systems["netbsd"])
	if _, err := unix.FcntlInt(uintptr(p.waker.writer), unix.F_SETPIPE_SZ, 1<<12); err != nil {
		t.Fatal(err)
	}
	events := make([]platform.Event, 1)
	for range 1<<12 + 1 { // more than it holds
		if err := p.Wake(); err != nil {
			t.Fatal(err)
		}
		if n, err := p.Wait(events, -1); n != 0 || err != nil {
			t.Fatalf("Wait = %d, %v", n, err)
		}
	}
}

// The generation of an entry is told from those before it for as long as an
// event can be on its way, which is less than 2^32 changes.
func TestGenerationWraps(t *testing.T) {
	p, f := opened(t, systems["freebsd"])
	p.table.generation = ^uint32(0) - 2
	a, b := pair(t)
	write(t, b)
	add(t, p, a, 1, readable, level)
	for token := range platform.Token(8) {
		f.arrive = func() { modify(t, p, a, token, readable, level) }
		waited(t, p)
		reports(t, p, event(token, platform.ReadyReadable))
	}
}
