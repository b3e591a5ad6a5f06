package reactor_test

import (
	"context"
	"errors"
	"testing"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// facts/pitfalls 17: a short read does not say that there is nothing left. TCP
// ends a read before an urgent byte, AF_UNIX where a descriptor was passed. What
// comes behind is read without another event.
func TestShortReadIsNotDrained(t *testing.T) {
	r := start(t)
	ctx := within(t)
	readAll := func(t *testing.T, g *reactor.Registration, want string) {
		t.Helper()
		if _, err := g.Readiness(ctx, reactor.Readable); err != nil {
			t.Fatal(err)
		}
		short, got, buf := 0, "", make([]byte, 64)
		for len(got) < len(want) {
			n, err := readSome(ctx, g, buf)
			if err != nil || n == 0 {
				t.Fatalf("%d, %v after %q", n, err, got)
			}
			if got += string(buf[:n]); len(got) < len(want) {
				short++
			}
		}
		if got != want || short == 0 {
			t.Errorf("read %q, want %q; %d short reads with more behind", got, want, short)
		}
	}
	t.Run("urgent byte", func(t *testing.T) {
		conn, peer := tcpPair(t)
		if _, err := peer.Write([]byte("abc")); err != nil {
			t.Fatal(err)
		}
		if err := unix.Send(int(handleOf(t, peer)), []byte("!"), unix.MSG_OOB); err != nil {
			t.Fatal(err)
		}
		if _, err := peer.Write([]byte("def")); err != nil {
			t.Fatal(err)
		}
		g, err := r.Register(conn, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		readAll(t, g, "abcdef")
	})
	t.Run("descriptor passed", func(t *testing.T) {
		a, b := socketPair(t)
		defer closeHandle(t, a)
		defer closeHandle(t, b)
		for _, message := range []string{"abc", "def"} {
			if err := unix.Sendmsg(int(b), []byte(message), unix.UnixRights(int(b)), nil, 0); err != nil {
				t.Fatal(err)
			}
		}
		g, err := r.RegisterHandle(a, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		readAll(t, g, "abcdef")
	})
}

// facts/pitfalls 18: a short write on a stream was always followed by
// would-block, so a writer that stops at one has missed nothing; and it goes on
// when the reader has made room.
func TestShortWriteIsFull(t *testing.T) {
	r := start(t)
	ctx := within(t)
	pair := func(t *testing.T) (w, r reactor.Handle) { return socketPair(t) }
	pipe := func(t *testing.T) (w, r reactor.Handle) {
		var fds [2]int
		if err := unix.Pipe2(fds[:], unix.O_NONBLOCK|unix.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		return reactor.Handle(fds[1]), reactor.Handle(fds[0])
	}
	for name, ends := range map[string]func(*testing.T) (w, r reactor.Handle){"unix": pair, "pipe": pipe} {
		t.Run(name, func(t *testing.T) {
			writer, reader := ends(t)
			defer closeHandle(t, writer)
			defer closeHandle(t, reader)
			g, err := r.RegisterHandle(writer, reactor.Writable)
			if err != nil {
				t.Fatal(err)
			}
			chunk := make([]byte, 10_000) // no divisor of what a pipe holds
			for full := false; !full; {
				n, err := native.Write(writer, chunk)
				switch {
				case errors.Is(err, unix.EAGAIN):
					full = true
				case err != nil:
					t.Fatal(err)
				case n < len(chunk):
					if _, err := native.Write(writer, chunk[n:]); !errors.Is(err, unix.EAGAIN) {
						t.Errorf("after a short write: %v", err)
					}
					full = true
				}
			}
			done, room := make(chan error, 1), make([]byte, 1000)
			go func() {
				done <- g.AsyncIO(context.Background(), reactor.Writable, func() error {
					_, err := native.Write(writer, chunk)
					return err
				})
			}()
			for {
				select {
				case err := <-done:
					if err != nil {
						t.Error(err)
					}
					return
				case <-ctx.Done():
					t.Fatal("the writer was not woken")
				default:
					if _, err := native.Read(reader, room); err != nil && !errors.Is(err, unix.EAGAIN) {
						t.Fatal(err)
					}
				}
			}
		})
	}
}
