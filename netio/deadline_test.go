package netio_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// Many goroutines move a deadline while several wait: all of them return, and
// none before the earliest of the deadlines (facts/pitfalls 20).
func TestDeadlineMovedByMany(t *testing.T) {
	r := running(t)
	a, _ := connected(t, r, "tcp")
	for range 40 {
		if err := a.SetReadDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		earliest := begin.Add(5 * time.Millisecond)
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				_, err := a.Read(make([]byte, 8))
				if now := time.Now(); !errors.Is(err, os.ErrDeadlineExceeded) || now.Before(earliest) {
					t.Errorf("%v too early: %v", earliest.Sub(now), err)
				}
			})
		}
		for range 4 {
			all.Go(func() {
				for range 20 {
					at := earliest.Add(rand.N(10 * time.Millisecond))
					if err := a.SetReadDeadline(at); err != nil {
						t.Error(err)
					}
				}
			})
		}
		done := make(chan struct{})
		go func() { all.Wait(); close(done) }()
		got(t, done, "a read with a deadline that was moved")
	}
}

// A deadline that is set and one that is taken back, from two goroutines at the
// same time: the last one holds.
func TestDeadlineTakenBack(t *testing.T) {
	r := running(t)
	a, b := connected(t, r, "tcp")
	buf := make([]byte, 8)
	for range 500 {
		if err := a.SetReadDeadline(time.Now().Add(rand.N(100 * time.Microsecond))); err != nil {
			t.Fatal(err)
		}
		if err := a.SetReadDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if n, err := a.Read(buf); n != 1 || err != nil {
			t.Fatalf("%d, %v", n, err)
		}
	}
}

// A Read that begins at any moment around a deadline in the past ends.
func TestDeadlineIsNotLost(t *testing.T) {
	r := running(t)
	a, _ := connected(t, r, "tcp")
	for range 3000 {
		read := make(chan error, 1)
		go func() { _, err := a.Read(make([]byte, 8)); read <- err }()
		if err := a.SetReadDeadline(past); err != nil {
			t.Fatal(err)
		}
		if err := got(t, read, "a read with a deadline in the past"); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
		if err := a.SetReadDeadline(time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
}

// In poll style a deadline wakes the Waker, and the next poll says what it was.
func TestDeadlineWakes(t *testing.T) {
	r := running(t)
	a, _ := connected(t, r, "tcp")
	fill(t, a)
	l := listening(t, r, "tcp")
	p, err := netio.ListenPacket(context.Background(), r, "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for name, test := range map[string]struct {
		set  func(time.Time) error
		poll func(reactor.Waker) error
	}{
		"PollRead":     {a.SetReadDeadline, func(w reactor.Waker) error { _, err := a.PollRead(w, make([]byte, 8)); return err }},
		"PollWrite":    {a.SetWriteDeadline, func(w reactor.Waker) error { _, err := a.PollWrite(w, make([]byte, 1<<20)); return err }},
		"PollAccept":   {l.SetDeadline, func(w reactor.Waker) error { _, err := l.PollAccept(w); return err }},
		"PollReadFrom": {p.SetReadDeadline, func(w reactor.Waker) error { _, _, err := p.PollReadFrom(w, make([]byte, 8)); return err }},
	} {
		t.Run(name, func(t *testing.T) {
			for _, after := range []time.Duration{5 * time.Millisecond, 0, -time.Hour} {
				if err := test.set(time.Time{}); err != nil {
					t.Fatal(err)
				}
				w := newSignal()
				if err := test.poll(w); err != reactor.ErrPending {
					t.Fatal(err)
				}
				at := time.Now().Add(after)
				if err := test.set(at); err != nil {
					t.Fatal(err)
				}
				got(t, w, "a waker with a deadline")
				if err := test.poll(w); !errors.Is(err, os.ErrDeadlineExceeded) || time.Now().Before(at) {
					t.Errorf("%v: %v", after, err)
				}
			}
		})
	}
}

// A deadline that passes while a poll is under way, before its Waker is stored,
// is not lost: either the Waker is woken, or the poll says it.
func TestDeadlineDuringPoll(t *testing.T) {
	var a *netio.Conn
	armed := false // only the test's goroutine polls
	trace := &reactor.Trace{Clear: func(reactor.Handle, reactor.Ready, bool) {
		if armed {
			armed = false
			if err := a.SetReadDeadline(past); err != nil {
				t.Error(err)
			}
		}
	}}
	r := running(t, reactor.WithTrace(trace))
	a, b := connected(t, r, "tcp")
	if _, err := b.Write([]byte("four")); err != nil {
		t.Fatal(err)
	}
	w, buf := newSignal(), make([]byte, 2)
	for range 2 { // of just the size: nothing says that it is all
		if err := w.polling(t, func(w reactor.Waker) error { _, err := a.PollRead(w, buf); return err }); err != nil {
			t.Fatal(err)
		}
	}
	armed = true
	if err := w.polling(t, func(w reactor.Waker) error { _, err := a.PollRead(w, buf); return err }); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	if armed {
		t.Error("the poll has not cleared anything: the test tests nothing")
	}
}
