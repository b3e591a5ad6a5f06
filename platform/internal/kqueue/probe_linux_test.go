package kqueue

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
	"golang.org/x/sys/unix"
)

// probe looks at a handle as an adapter of the system does.
func (s system) probe(h platform.Handle, in platform.Interest) (platform.Ready, error) {
	f, err := newFake(s)
	if err != nil {
		return 0, err
	}
	return new(Prober).Probe(f, &f.dialect, h, in)
}

func TestProbe(t *testing.T) {
	for goos, s := range systems {
		t.Run(goos, func(t *testing.T) {
			platformtest.TestProbeAs(t, goos, s.probe, func() (platform.Poller, error) {
				p, _, err := openFake(s)
				return p, err
			})
		})
	}
}

// A probeQueue is a fake that a probe has to itself.
type probeQueue struct {
	*fake
	waits  []error // what Wait says first
	closed int
}

func (q *probeQueue) Wait(n int, timeout time.Duration) (int, error) {
	if len(q.waits) > 0 {
		err := q.waits[0]
		q.waits = q.waits[1:]
		return 0, err
	}
	return q.fake.Wait(n, timeout)
}

func (q *probeQueue) Close() error {
	q.closed++
	return q.fake.Close()
}

// What the kernel refuses is the probe's error, an interruption is none, and the
// queue is closed in any case.
func TestProbeFault(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		h, _ := pair(t)
		for name, c := range map[string]struct {
			fault  func(*Kevent) unix.Errno
			failed unix.Errno
			waits  []error
			want   error
		}{
			"None":              {},
			"Filter":            {fault: func(*Kevent) unix.Errno { return unix.ENOMEM }, want: unix.ENOMEM},
			"SecondFilter":      {fault: only(s.dialect.evfiltWrite, unix.ENOMEM), want: unix.ENOMEM},
			"NoFilter":          {fault: only(s.dialect.evfiltWrite, unix.EINVAL), want: platform.ErrNotPollable},
			"Closed":            {fault: only(s.dialect.evfiltRead, unix.EBADF), want: platform.ErrNotPollable},
			"Change":            {failed: unix.ENOMEM, want: unix.ENOMEM},
			"ChangeInterrupted": {failed: unix.EINTR},
			"Wait":              {waits: []error{unix.ENOMEM}, want: unix.ENOMEM},
			"WaitInterrupted":   {waits: []error{unix.EINTR, unix.EINTR}},
		} {
			t.Run(name, func(t *testing.T) {
				f, err := newFake(s)
				if err != nil {
					t.Fatal(err)
				}
				f.fault, f.failed = c.fault, c.failed
				q := &probeQueue{fake: f, waits: c.waits}
				is, err := new(Prober).Probe(q, &f.dialect, h, platform.Readable|platform.Writable)
				switch {
				case c.want != nil:
					if e, ok := errors.AsType[*platform.Error](err); !ok || e.Op != "probe" || e.Handle != h || !errors.Is(err, c.want) {
						t.Errorf("%v, want %v", err, c.want)
					}
					if _, ok := errors.AsType[*os.SyscallError](err); !ok {
						t.Errorf("%v: has no *os.SyscallError", err)
					}
					if is != 0 {
						t.Errorf("a probe that fails says %v", is)
					}
				case err != nil || is != platform.ReadyWritable:
					t.Errorf("%v, %v", is, err)
				}
				if q.closed != 1 {
					t.Errorf("the queue was closed %d times", q.closed)
				}
			})
		}
	})
}

// only makes one filter fail.
func only(filter int32, errno unix.Errno) func(*Kevent) unix.Errno {
	return func(c *Kevent) unix.Errno {
		if c.Filter == filter {
			return errno
		}
		return 0
	}
}

// A handle that was closed is not taken for the queue, which may have got its
// number.
func TestProbeOwnNumber(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		f, err := newFake(s)
		if err != nil {
			t.Fatal(err)
		}
		_, err = new(Prober).Probe(f, &f.dialect, platform.Handle(f.FD()), platform.Readable)
		refused(t, err, platform.ErrNotPollable, unix.EBADF)
	})
}

// The memory of a probe serves the next, of another handle, and of another kind.
func TestProberServesAgain(t *testing.T) {
	everySystem(t, func(t *testing.T, s system) {
		a, b := pair(t)
		if _, err := unix.Write(int(b), []byte("x")); err != nil {
			t.Fatal(err)
		}
		reader, writer := pipe(t)
		if err := unix.Close(int(reader)); err != nil {
			t.Fatal(err)
		}
		p := new(Prober)
		for range 3 {
			for _, c := range []struct {
				h    platform.Handle
				in   platform.Interest
				want platform.Ready
			}{
				{a, platform.Readable, platform.ReadyReadable},
				{writer, platform.Writable, platform.ReadyWritable},
				{b, platform.Readable, 0},
				{b, platform.Readable | platform.Writable, platform.ReadyWritable},
			} {
				f, err := newFake(s)
				if err != nil {
					t.Fatal(err)
				}
				if is, err := p.Probe(f, &f.dialect, c.h, c.in); err != nil || is != c.want {
					t.Errorf("handle %d for %v: %v, %v, want %v", c.h, c.in, is, err, c.want)
				}
			}
		}
	})
}
