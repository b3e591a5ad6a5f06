package main

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// random returns n bytes that are the same for the same seed.
func random(seed uint64, n int) []byte {
	p := make([]byte, n)
	src := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	_, _ = src.Read(p)
	return p
}

// Many clients send pieces of any size, and read while they send.
func TestEcho(t *testing.T) {
	everyStyle(t, func(t *testing.T, style, wait string) {
		s := start(t, style, wait)
		var all sync.WaitGroup
		for i := range 50 {
			c := dial(t, s.Addr())
			all.Go(func() {
				r := rand.New(rand.NewPCG(uint64(i), 0))
				sent := random(uint64(i), r.IntN(200_000)+1)
				all.Go(func() {
					for rest := sent; len(rest) > 0; {
						n := min(r.IntN(10_000)+1, len(rest))
						if _, err := c.Write(rest[:n]); err != nil {
							t.Errorf("client %d: %v", i, err)
							return
						}
						rest = rest[n:]
					}
				})
				got := make([]byte, len(sent))
				if _, err := io.ReadFull(c, got); err != nil {
					t.Errorf("client %d: %v", i, err)
				} else if !bytes.Equal(got, sent) {
					t.Errorf("client %d: the answer is not what was sent", i)
				}
			})
		}
		all.Wait()
	})
}

// A client that has sent everything gets everything back, and then the end.
func TestHalfClose(t *testing.T) {
	everyStyle(t, func(t *testing.T, style, wait string) {
		s := start(t, style, wait)
		c := dial(t, s.Addr())
		sent := random(1, 4<<20)
		var writer sync.WaitGroup
		writer.Go(func() {
			if _, err := c.Write(sent); err != nil {
				t.Error(err)
			}
			if err := c.CloseWrite(); err != nil {
				t.Error(err)
			}
		})
		got, err := io.ReadAll(c)
		if err != nil {
			t.Error(err)
		}
		if !bytes.Equal(got, sent) {
			t.Errorf("got %d bytes, which are not the %d that were sent", len(got), len(sent))
		}
		writer.Wait()
		s.await(t, 0)
	})
}

// A reset ends its connection and no other.
func TestReset(t *testing.T) {
	everyStyle(t, func(t *testing.T, style, wait string) {
		s := start(t, style, wait)
		other := dial(t, s.Addr())
		for i := range 20 {
			c := dial(t, s.Addr())
			if err := c.SetLinger(0); err != nil {
				t.Fatal(err)
			}
			// Some reset with an answer under way, some while the server is idle.
			if i%2 == 0 {
				if _, err := c.Write(random(2, 100_000)); err != nil {
					t.Fatal(err)
				}
			} else {
				ping(t, c)
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
		ping(t, other)
		s.await(t, 1)
	})
}

// A client that sends and does not read is not read from either: what it can
// send has an end, and it gets all of it back when it does read.
func TestSlowReader(t *testing.T) {
	everyStyle(t, func(t *testing.T, style, wait string) {
		s := start(t, style, wait)
		c := dial(t, s.Addr())
		piece := random(3, 1<<20)
		const tooMuch = 256 << 20
		// No deadline ends a write: on Windows it would not be known how much of it
		// was sent.
		var sent atomic.Int64
		var enough atomic.Bool
		written := make(chan error, 1)
		go func() {
			for sent.Load() < tooMuch && !enough.Load() {
				n, err := c.Write(piece[sent.Load()%int64(len(piece)):][:64<<10])
				sent.Add(int64(n))
				if err != nil {
					written <- err
					return
				}
			}
			written <- c.CloseWrite()
		}()
		// A write that takes this long has stalled. Where the machine is so slow
		// that it has not, less is sent.
		last, stall := time.Now(), time.Now().Add(10*time.Second)
		for n := int64(0); time.Since(last) < 200*time.Millisecond && time.Now().Before(stall); time.Sleep(time.Millisecond) {
			if now := sent.Load(); now != n {
				n, last = now, time.Now()
			}
		}
		if sent.Load() >= tooMuch {
			t.Fatalf("the server has taken %d MB that nobody reads", sent.Load()>>20)
		}
		// Others are served meanwhile.
		ping(t, dial(t, s.Addr()))

		enough.Store(true)
		if err := c.SetDeadline(time.Now().Add(deadline)); err != nil {
			t.Fatal(err)
		}
		got := 0
		buf := make([]byte, 100_000)
		for {
			n, err := c.Read(buf)
			for p := buf[:n]; len(p) > 0; {
				k := min(len(p), len(piece)-got%len(piece))
				if !bytes.Equal(p[:k], piece[got%len(piece):][:k]) {
					t.Fatalf("byte %d and on: the answer is not what was sent", got)
				}
				p, got = p[k:], got+k
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := <-written; err != nil {
			t.Error(err)
		}
		if n := sent.Load(); int64(got) != n {
			t.Errorf("got %d bytes back of %d", got, n)
		}
	})
}

// The server ends while its clients send: they are told, and it leaves nothing
// open.
func TestEndInTheMiddle(t *testing.T) {
	everyStyle(t, func(t *testing.T, style, wait string) {
		before := descriptors(t)
		s := start(t, style, wait)
		var all, under sync.WaitGroup
		for range 20 {
			c := dial(t, s.Addr())
			under.Add(1)
			all.Go(func() {
				defer func() { _ = c.Close() }()
				buf := make([]byte, 1000)
				for i := 0; ; i++ {
					_, err := c.Write(buf)
					if err == nil {
						_, err = io.ReadFull(c, buf)
					}
					if i == 0 {
						under.Done()
					}
					var timeout net.Error
					if errors.As(err, &timeout) && timeout.Timeout() {
						t.Error("the connection was neither served nor closed")
					}
					if err != nil {
						return
					}
				}
			})
		}
		idle := dial(t, s.Addr())
		under.Wait()
		s.stop()
		all.Wait()
		if _, err := idle.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("an idle client: %v, want the end of the connection", err)
		}
		_ = idle.Close()
		if c, err := net.Dial("tcp", s.Addr().String()); err == nil {
			_ = c.Close()
			t.Error("the server still listens")
		}
		for end := time.Now().Add(deadline); descriptors(t) > before; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%d descriptors are open, and there were %d", descriptors(t), before)
			}
		}
	})
}

// descriptors is how many descriptors this process has, where the system tells.
// Windows counts threads and events in.
func descriptors(t *testing.T) int {
	t.Helper()
	if runtime.GOOS == "windows" {
		return 0
	}
	names, err := os.ReadDir("/proc/self/fd")
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

// ping sends one byte and gets it back.
func ping(t *testing.T, c net.Conn) {
	t.Helper()
	p := []byte{'x'}
	if _, err := c.Write(p); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, p); err != nil {
		t.Fatal(err)
	}
}
