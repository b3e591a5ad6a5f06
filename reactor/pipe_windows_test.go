package reactor_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rouse-io/rouse/platform/windows"
	"github.com/rouse-io/rouse/reactor"
)

var lastPipe atomic.Uint32

// pipeName returns a name that nobody else has.
func pipeName() string {
	return fmt.Sprintf(`\\.\pipe\rouse-reactor-%d-%d`, os.Getpid(), lastPipe.Add(1))
}

// A pipeEnd is a Pipe and its registration.
type pipeEnd struct {
	*windows.Pipe
	g *reactor.Registration
}

func registerPipe(t testing.TB, r *reactor.Reactor, p *windows.Pipe, err error) *pipeEnd {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	g, err := r.Register(p, reactor.Readable|reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	return &pipeEnd{p, g}
}

// connect waits for a client.
func (e *pipeEnd) connect(ctx context.Context) error {
	if err := e.Connect(); err == nil {
		return nil
	}
	return e.g.AsyncIO(ctx, reactor.Writable, e.Connect)
}

func (e *pipeEnd) readSome(ctx context.Context, b []byte) (n int, err error) {
	err = e.g.AsyncIO(ctx, reactor.Readable, func() error {
		var err error
		n, err = e.Read(b)
		return err
	})
	return n, err
}

func (e *pipeEnd) writeAll(ctx context.Context, b []byte) error {
	return e.g.AsyncIO(ctx, reactor.Writable, func() error {
		_, err := e.Write(b)
		return err
	})
}

// end deregisters and closes.
func (e *pipeEnd) end(t testing.TB) {
	t.Helper()
	if err := errors.Join(e.g.Deregister(), e.Close()); err != nil {
		t.Error(err)
	}
}

// Many pipes at once, with a goroutine at each end: what a client writes comes
// back, whole and in order, and then the end.
func TestPipeEcho(t *testing.T) {
	for name, opts := range strategies {
		t.Run(name, func(t *testing.T) {
			r := start(t, opts...)
			ctx := within(t)
			const many, size = 32, 1 << 15
			var all sync.WaitGroup
			for i := range many {
				name := pipeName()
				p, err := windows.ListenPipe(name, true)
				server := registerPipe(t, r, p, err)
				all.Go(func() { echoPipe(ctx, t, server) })
				all.Go(func() {
					p, err := windows.DialPipe(name)
					if err != nil {
						t.Error(err)
						return
					}
					client := registerPipe(t, r, p, nil)
					sendPipe(ctx, t, client, bytes.Repeat([]byte{byte(i), byte(i + 1), byte(i + 2)}, size/3), 1000)
				})
			}
			all.Wait()
			if live := r.Stats().Live; live != 0 {
				t.Errorf("%d registrations left", live)
			}
		})
	}
}

// A megabyte, in pieces that fit into the pipe and in one that does not.
func TestPipeMegabyte(t *testing.T) {
	for _, piece := range []int{10_000, 1 << 20} {
		r := start(t)
		ctx := within(t)
		name := pipeName()
		p, err := windows.ListenPipe(name, true)
		server := registerPipe(t, r, p, err)
		payload := make([]byte, 1<<20)
		for i := range payload {
			payload[i] = byte(i * i >> 8)
		}
		var all sync.WaitGroup
		all.Go(func() { echoPipe(ctx, t, server) })
		p, err = windows.DialPipe(name)
		sendPipe(ctx, t, registerPipe(t, r, p, err), payload, piece)
		all.Wait()
	}
}

// echoPipe writes back what it reads, until the client has gone.
func echoPipe(ctx context.Context, t *testing.T, e *pipeEnd) {
	defer e.end(t)
	if err := e.connect(ctx); err != nil {
		t.Errorf("connect: %v", err)
		return
	}
	b := make([]byte, 4096)
	for {
		n, err := e.readSome(ctx, b)
		if err == io.EOF {
			return
		}
		if err == nil {
			err = e.writeAll(ctx, b[:n])
		}
		if err != nil {
			t.Errorf("echo: %v", err)
			return
		}
	}
}

// sendPipe writes all of a payload, and checks that it comes back.
func sendPipe(ctx context.Context, t *testing.T, e *pipeEnd, payload []byte, piece int) {
	defer e.end(t)
	var writer sync.WaitGroup
	writer.Go(func() {
		for b := payload; len(b) > 0; {
			n := min(piece, len(b))
			if err := e.writeAll(ctx, b[:n]); err != nil {
				t.Errorf("write: %v", err)
				return
			}
			b = b[n:]
		}
	})
	got := make([]byte, 0, len(payload))
	b := make([]byte, 8192)
	for len(got) < len(payload) {
		n, err := e.readSome(ctx, b)
		if err != nil {
			t.Errorf("read: %v", err)
			break
		}
		got = append(got, b[:n]...)
	}
	writer.Wait()
	if !bytes.Equal(got, payload) {
		t.Errorf("%d bytes came back of %d, or others", len(got), len(payload))
	}
}

// Who waits for a Pipe that is closed is not told, and Deregister is nil: as with
// any handle. Close before Deregister and after.
func TestPipeDeregisterAgainstClose(t *testing.T) {
	r := start(t)
	for i := range 100 {
		name := pipeName()
		p, err := windows.ListenPipe(name, true)
		server := registerPipe(t, r, p, err)
		p, err = windows.DialPipe(name)
		client := registerPipe(t, r, p, err)
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := client.g.Readiness(within(t), reactor.Readable); err != reactor.ErrDeregistered {
				// The server may be the first to go.
				if err != nil {
					t.Error(err)
				}
			}
		})
		for _, f := range []func() error{server.Close, server.g.Deregister, client.Close, client.g.Deregister} {
			all.Go(func() {
				if err := f(); err != nil {
					t.Errorf("round %d: %v", i, err)
				}
			})
		}
		all.Wait()
		if _, err := r.Register(server, reactor.Readable); !errors.Is(err, os.ErrClosed) {
			t.Errorf("register a Pipe that was closed: %v", err)
		}
	}
}
