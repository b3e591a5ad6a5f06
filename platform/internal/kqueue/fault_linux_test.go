package kqueue

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// errnosOf is what kevent(2) lists for each kind of call, but for what the handle
// is to blame for: that has tests of its own. A filter is refused only when it is
// to be added.
var errnosOf = map[callKind][]unix.Errno{
	wholeChange: {unix.ENOMEM, unix.EACCES, unix.EFAULT, unix.EINTR},
	oneChange:   {unix.ENOMEM, unix.EACCES},
	trigger:     {unix.ENOMEM, unix.EACCES, unix.EFAULT, unix.EINTR},
	wait:        {unix.ENOMEM, unix.EBADF, unix.EFAULT, unix.EINTR},
	closing:     {unix.EIO},
}

// A faulty is a queue of which one call fails, or one change of a list.
type faulty struct {
	*fake
	now   int        // calls and changes so far
	at    int        // which fails; 0 is none
	errno unix.Errno // what it says
	kind  callKind   // of the one that has failed
}

// A callKind is what can fail.
type callKind int

const (
	wholeChange callKind = iota + 1
	oneChange
	trigger
	wait
	closing
)

// next counts a call, and reports whether it is the one that fails.
func (q *faulty) next(k callKind) bool {
	q.now++
	if q.now != q.at || !slices.Contains(errnosOf[k], q.errno) {
		return false
	}
	q.kind = k
	return true
}

func (q *faulty) Change(list []Kevent) (int, error) {
	if q.next(wholeChange) {
		if q.errno == unix.EINTR { // after all changes
			before := slices.Clone(list)
			_, _ = q.fake.Change(list)
			copy(list, before) // nobody gets a receipt
		}
		return 0, q.errno
	}
	q.fault = func(c *Kevent) unix.Errno {
		if c.Flags&evAdd != 0 && q.next(oneChange) {
			return q.errno
		}
		return 0
	}
	n, err := q.fake.Change(list)
	q.fault = nil
	return n, err
}

func (q *faulty) Trigger(change Kevent) error {
	if q.next(trigger) {
		if q.errno == unix.EINTR { // after the change
			_ = q.fake.Trigger(change)
		}
		return q.errno
	}
	return q.fake.Trigger(change)
}

func (q *faulty) Wait(n int, timeout time.Duration) (int, error) {
	if q.next(wait) {
		return 0, q.errno
	}
	return q.fake.Wait(n, timeout)
}

// Close closes what can be closed in any case, as BSDs do.
func (q *faulty) Close() error {
	err := q.fake.Close()
	if q.next(closing) {
		return q.errno
	}
	return err
}

// A step is a call of the contract's.
type step struct {
	op     string
	handle func(b *bench) platform.Handle
	call   func(b *bench) error
}

// A bench is a poller, and two sockets with their peers.
type bench struct {
	*testing.T
	p                  *Poller
	q                  *faulty
	a, b, aPeer, bPeer platform.Handle
	events             [4]platform.Event
	got                []platform.Event
}

func none(*bench) platform.Handle      { return platform.NoHandle }
func handleA(b *bench) platform.Handle { return b.a }
func handleB(b *bench) platform.Handle { return b.b }

// waits waits, and keeps what is reported.
func (b *bench) waits(timeout time.Duration) error {
	n, err := b.p.Wait(b.events[:], timeout)
	b.got = append(b.got[:0], b.events[:n]...)
	return err
}

// expects checks what was reported.
func (b *bench) expects(want ...platform.Event) error {
	slices.SortFunc(b.got, func(x, y platform.Event) int { return int(x.Token) - int(y.Token) })
	if !slices.Equal(b.got, want) {
		return fmt.Errorf("reported %v, want %v", b.got, want)
	}
	return nil
}

// script is every method of a poller, such that each step can be made again where
// it failed.
var script = []step{
	{"add", handleA, func(b *bench) error { return b.p.Add(b.a, 1, readable, edge) }},
	{"add", handleB, func(b *bench) error { return b.p.Add(b.b, 2, readable|writable, level) }},
	{"wait", none, func(b *bench) error { return b.waits(0) }},
	{"", none, func(b *bench) error { return b.expects(event(2, platform.ReadyWritable)) }},
	{"modify", handleB, func(b *bench) error { return b.p.Modify(b.b, 3, readable, level) }},
	{"add", handleA, func(b *bench) error { return b.exists(b.p.Add(b.a, 9, writable, level)) }},
	{"", none, func(b *bench) error { write(b.T, b.aPeer); write(b.T, b.bPeer); return nil }},
	{"wait", none, func(b *bench) error { return b.waits(-1) }},
	{"", none, func(b *bench) error {
		return b.expects(event(1, platform.ReadyReadable), event(3, platform.ReadyReadable))
	}},
	{"delete", handleB, func(b *bench) error { return b.p.Delete(b.b) }},
	{"wake", none, func(b *bench) error { return b.p.Wake() }},
	{"wait", none, func(b *bench) error { return b.waits(-1) }},
	{"", none, func(b *bench) error { return b.expects() }},
	{"modify", handleA, func(b *bench) error { return b.p.Modify(b.a, 4, readable|writable, oneShot) }},
	{"wait", none, func(b *bench) error { return b.waits(time.Minute) }},
	{"", none, func(b *bench) error {
		return b.expects(event(4, platform.ReadyReadable|platform.ReadyWritable))
	}},
	{"add", handleB, func(b *bench) error { return b.p.Add(b.b, 5, writable, edge) }},
	{"wait", none, func(b *bench) error { return b.waits(time.Millisecond) }},
	{"", none, func(b *bench) error { return b.expects(event(5, platform.ReadyWritable)) }},
	{"delete", handleA, func(b *bench) error { return b.p.Delete(b.a) }},
}

// exists takes the error that is expected of an Add for nil.
func (b *bench) exists(err error) error {
	switch {
	case errors.Is(err, platform.ErrExists):
		return nil
	case err == nil:
		b.Error("the second Add was not refused")
	}
	return err
}

// typed checks the error of a step that failed.
func (b *bench) typed(s *step, err error) {
	b.Helper()
	e, ok := errors.AsType[*platform.Error](err)
	if !ok || e.Op != s.op || e.Handle != s.handle(b) {
		b.Fatalf("%s: %v", s.op, err)
	}
	if _, ok := errors.AsType[*os.SyscallError](err); !ok || !errors.Is(err, b.q.errno) {
		b.Fatalf("%s: %v: is not %q of a system call", s.op, err, b.q.errno)
	}
}

// openDescriptors counts what this process has open.
func openDescriptors(t *testing.T) int {
	t.Helper()
	names, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip(err)
	}
	return len(names)
}

// perform plays the script with a call that fails, and returns how many calls and
// changes there were. The step that makes the call gets the error, and made again
// it succeeds; every other is as ever. Nothing stays open.
func perform(t *testing.T, s system, at int, errno unix.Errno) (count int, kind callKind) {
	t.Helper()
	b := &bench{T: t}
	b.a, b.aPeer = pair(t)
	b.b, b.bPeer = pair(t)
	before := openDescriptors(t)
	b.q = &faulty{at: at, errno: errno}
	open := func(b *bench) error {
		f, err := newFake(s)
		if err != nil {
			t.Fatal(err)
		}
		b.p, b.q.fake = new(Poller), f
		if err = b.p.Open(b.q, &f.dialect); err != nil {
			if after := openDescriptors(t); after > before {
				t.Errorf("after Open failed %d descriptors are open, %d were before", after, before)
			}
		}
		return err
	}
	seen := 0 // errors
	again := func(s *step) {
		t.Helper()
		err := s.call(b)
		if err == nil {
			return
		}
		if s.op == "" {
			t.Fatal(err)
		}
		seen++
		b.typed(s, err)
		if errno == unix.EINTR {
			t.Fatalf("an interruption was seen: %v", err)
		}
		if err := s.call(b); err != nil {
			t.Fatalf("%s, again: %v", s.op, err)
		}
	}
	again(&step{"open", none, open})
	for i := range script {
		again(&script[i])
	}
	for h, want := range map[platform.Handle]int{b.a: 0, b.b: 1} {
		if n := b.q.filters(uintptr(h)); n != want {
			t.Errorf("handle %d has %d filters, want %d", h, n, want)
		}
	}
	// A close that fails has closed.
	if err := b.p.Close(); err != nil {
		seen++
		b.typed(&step{"close", none, nil}, err)
	}
	refused(t, b.p.Close(), platform.ErrClosed, nil)
	if after := openDescriptors(t); after > before {
		t.Errorf("%d descriptors are open, %d were before", after, before)
	}
	want := 0
	if b.q.kind != 0 && errno != unix.EINTR {
		want = 1
	}
	if seen != want {
		t.Errorf("%d steps have failed, want %d", seen, want)
	}
	return b.q.now, b.q.kind
}

// Each call fails in turn, as a whole or one change of its list, with each error:
// who made it is told, and everything else goes on (facts/pitfalls 11, 21).
func TestEveryFault(t *testing.T) {
	injected, sites := 0, 0
	everySystem(t, func(t *testing.T, s system) {
		hits := make(map[callKind]int)
		hit := make(map[int]bool) // which calls have failed
		for _, errno := range []unix.Errno{unix.ENOMEM, unix.EACCES, unix.EFAULT, unix.EBADF, unix.EIO, unix.EINTR} {
			total, _ := perform(t, s, 0, errno)
			for at := 1; at <= total; at++ {
				t.Run(fmt.Sprintf("%d %v", at, errno), func(t *testing.T) {
					_, kind := perform(t, s, at, errno)
					hits[kind]++
					if kind != 0 {
						injected++
						hit[at] = true
					}
				})
			}
		}
		delete(hits, 0) // a call that doesn't have that error
		for kind := range errnosOf {
			if hits[kind] == 0 && (kind != trigger || !s.dialect.pipe) {
				t.Errorf("no fault of kind %d", kind)
			}
		}
		t.Logf("faults by kind: %v", hits)
		sites += len(hit)
	})
	t.Logf("faults: %d injected at %d call sites of platform/internal/kqueue", injected, sites)
}

// Faults at random, one for each method at most: what is refused is told, what was
// refused can be asked for again, and in the end nothing is left.
func TestRandomFaults(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		injected := 0
		for seed := range uint64(200) {
			injected += atRandom(t, s, rand.New(rand.NewPCG(seed, 0)))
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
		t.Logf("%d faults", injected)
	})
}

// A randomly is a queue of which any call may fail, as long as there are faults
// left.
type randomly struct {
	*fake
	random *rand.Rand
	left   int // how many may still fail
	hits   int
}

// fails reports whether a call is to fail, and how.
func (q *randomly) fails(errnos []unix.Errno) unix.Errno {
	if q.left == 0 || q.random.IntN(4) > 0 {
		return 0
	}
	q.left--
	q.hits++
	return errnos[q.random.IntN(len(errnos))]
}

func (q *randomly) Change(list []Kevent) (int, error) {
	switch errno := q.fails(errnosOf[wholeChange]); errno {
	case 0:
	case unix.EINTR:
		before := slices.Clone(list)
		_, _ = q.fake.Change(list)
		copy(list, before)
		return 0, errno
	default:
		return 0, errno
	}
	q.fault = func(c *Kevent) unix.Errno {
		if c.Flags&evAdd == 0 {
			return 0
		}
		return q.fails(errnosOf[oneChange])
	}
	n, err := q.fake.Change(list)
	q.fault = nil
	return n, err
}

func (q *randomly) Wait(n int, timeout time.Duration) (int, error) {
	if errno := q.fails(errnosOf[wait]); errno != 0 {
		return 0, errno
	}
	return q.fake.Wait(n, timeout)
}

func (q *randomly) Trigger(change Kevent) error {
	errno := q.fails(errnosOf[trigger])
	if errno != 0 && errno != unix.EINTR {
		return errno
	}
	if err := q.fake.Trigger(change); err != nil || errno == 0 {
		return err
	}
	return errno
}

// atRandom makes calls of which some fail, and then looks whether each handle is
// either there or not. It returns how many have failed.
func atRandom(t *testing.T, s system, random *rand.Rand) int {
	t.Helper()
	before := openDescriptors(t)
	f, err := newFake(s)
	if err != nil {
		t.Fatal(err)
	}
	q, p := &randomly{fake: f, random: random}, new(Poller)
	if err := p.Open(q, &f.dialect); err != nil {
		t.Fatal(err)
	}
	var near, far [3]platform.Handle
	for i := range near {
		fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		near[i], far[i] = platform.Handle(fds[0]), platform.Handle(fds[1])
	}
	there := make(map[platform.Handle]bool)
	told := func(op string, err error) {
		t.Helper()
		if e, ok := errors.AsType[*platform.Error](err); err != nil && (!ok || e.Op != op) {
			t.Fatalf("%s: %v", op, err)
		}
	}
	for range 40 {
		q.left = 1 // where the way back fails, too, nothing can be promised
		h := near[random.IntN(len(near))]
		in := platform.Interest(1 + random.IntN(3))
		m := []platform.Mode{edge, level, oneShot}[random.IntN(3)]
		switch random.IntN(5) {
		case 0:
			err := p.Add(h, 1, in, m)
			told("add", err)
			if err == nil && there[h] || errors.Is(err, platform.ErrExists) && !there[h] {
				t.Errorf("Add of a handle that is there (%v): %v", there[h], err)
			}
			there[h] = there[h] || err == nil
		case 1:
			err := p.Modify(h, 1, in, m)
			told("modify", err)
			if errors.Is(err, platform.ErrNotFound) == there[h] {
				t.Errorf("Modify of a handle that is there (%v): %v", there[h], err)
			}
		case 2:
			err := p.Delete(h)
			told("delete", err)
			if errors.Is(err, platform.ErrNotFound) == there[h] {
				t.Errorf("Delete of a handle that is there (%v): %v", there[h], err)
			}
			there[h] = there[h] && err != nil
		case 3:
			_, err := p.Wait(make([]platform.Event, 2), 0)
			told("wait", err)
		default:
			told("wake", p.Wake())
		}
	}
	q.left = 0
	for i, h := range near {
		// What is there is watched again, and what is not is not known.
		err := p.Modify(h, platform.Token(i), readable, level)
		if there[h] && err != nil || !there[h] && !errors.Is(err, platform.ErrNotFound) {
			t.Errorf("in the end, Modify of a handle that is there (%v): %v", there[h], err)
		}
		write(t, far[i])
	}
	waited(t, p) // a wake may be left
	got := make(map[platform.Token]bool)
	for _, ev := range waited(t, p) {
		got[ev.Token] = true
	}
	for i, h := range near {
		if got[platform.Token(i)] != there[h] {
			t.Errorf("handle %d is there (%v), and is reported (%v)", i, there[h], got[platform.Token(i)])
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for i := range near {
		closeHandle(t, near[i])
		closeHandle(t, far[i])
	}
	if after := openDescriptors(t); after > before {
		t.Errorf("%d descriptors are open, %d were before", after, before)
	}
	return q.hits
}
