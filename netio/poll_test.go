package netio_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// An echo is one connection in poll style: no goroutine is its own. It is its own
// Waker, of both directions.
type echo struct {
	c    *netio.Conn
	buf  [1000]byte
	left []byte // of buf, to be written
	end  chan error
	busy atomic.Uint32 // wakes that have come while it runs
}

// Wake goes on. A wake that comes while it runs, on whatever goroutine, makes it
// go round once more.
func (e *echo) Wake() {
	if e.busy.Add(1) > 1 {
		return
	}
	for n := uint32(1); n != 0; {
		e.run()
		n = e.busy.Add(-n)
	}
}

func (e *echo) run() {
	for {
		if len(e.left) == 0 {
			n, err := e.c.PollRead(e, e.buf[:])
			if err == reactor.ErrPending {
				return
			}
			if err != nil {
				e.end <- err
				return
			}
			e.left = e.buf[:n]
		}
		n, err := e.c.PollWrite(e, e.left)
		if err == reactor.ErrPending {
			return
		}
		if err != nil {
			e.end <- err
			return
		}
		e.left = e.left[n:]
	}
}

// A connection is served in poll style by the loop alone, also where writes find
// no room: the peer gets what it has sent.
func TestPollEcho(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			if !has(t, network) {
				t.Skip("not here")
			}
			r := running(t)
			l := listening(t, r, network)
			e := &echo{end: make(chan error, 4)}
			accepted := make(chan error, 1)
			var accept reactor.WakerFunc
			accept = func() {
				c, err := l.PollAccept(accept)
				if err == reactor.ErrPending {
					return
				}
				e.c = c
				accepted <- err
			}
			accept()
			a, err := netio.Dial(context.Background(), r, network, l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			if err := got(t, accepted, "PollAccept"); err != nil {
				t.Fatal(err)
			}
			defer e.c.Close()
			e.Wake()

			const size = 3 << 20
			sent := make([]byte, size)
			_, _ = rand.NewChaCha8([32]byte{}).Read(sent)
			written := make(chan error, 1)
			go func() {
				_, err := a.Write(sent)
				if err == nil {
					err = a.CloseWrite()
				}
				written <- err
			}()
			back := make([]byte, size)
			if _, err := io.ReadFull(a, back); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(sent, back) {
				t.Error("what came back is not what was sent")
			}
			if err := <-written; err != nil {
				t.Error(err)
			}
			if err := got(t, e.end, "the echo"); err != io.EOF {
				t.Error(err)
			}
		})
	}
}

// A short write says that there is no room: PollWrite is pending until the peer
// has read, and then it is woken. None of thousands is lost (facts/pitfalls 18).
func TestShortWrites(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			if !has(t, network) {
				t.Skip("not here")
			}
			r := running(t)
			a, b := connected(t, r, network)
			for _, c := range []*netio.Conn{a, b} {
				if err := c.SetWriteBuffer(32 << 10); err != nil {
					t.Fatal(err)
				}
			}
			const rounds = 300
			chunk, room := make([]byte, 20_011), make([]byte, 1<<20)
			written, read := 0, 0
			for range rounds {
				w := newSignal()
				for {
					n, err := a.PollWrite(w, chunk[:1+rand.N(len(chunk)-1)])
					if err == reactor.ErrPending {
						break
					}
					if err != nil {
						t.Fatal(err)
					}
					written += n
				}
				for read < written {
					n, err := b.Read(room)
					if err != nil {
						t.Fatal(err)
					}
					read += n
				}
				got(t, w, "the writer")
			}
		})
	}
}

// Read and PollRead may share a connection: each byte goes to one of them, and
// neither keeps the other waiting.
func TestReadAndPollRead(t *testing.T) {
	r := running(t)
	a, b := connected(t, r, "tcp")
	const size = 1 << 20
	var sum atomic.Int64
	done := make(chan error, 2)
	go func() {
		for buf := make([]byte, 100); ; {
			n, err := a.Read(buf)
			sum.Add(int64(n))
			if err != nil {
				done <- err
				return
			}
		}
	}()
	go func() {
		w, buf := newSignal(), make([]byte, 100)
		for {
			n := 0
			err := w.polling(t, func(w reactor.Waker) (err error) { n, err = a.PollRead(w, buf); return err })
			sum.Add(int64(n))
			if err != nil {
				done <- err
				return
			}
		}
	}()
	for left := size; left > 0; {
		n, err := b.Write(make([]byte, min(left, 1+rand.N(500))))
		if err != nil {
			t.Fatal(err)
		}
		left -= n
	}
	if err := b.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := got(t, done, "a reader"); err != io.EOF {
			t.Error(err)
		}
	}
	if sum.Load() != size {
		t.Errorf("%d bytes have come of %d", sum.Load(), size)
	}
}
