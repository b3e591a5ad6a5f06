package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// limit is a deadline that only a hang meets.
const limit = 30 * time.Second

// forwarding is a proxy to a server, both until the test ends. Serve is called
// with each connection of the server, on a goroutine of its own.
func forwarding(t testing.TB, serve func(*net.TCPConn)) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				defer func() { _ = c.Close() }()
				_ = c.SetDeadline(time.Now().Add(limit))
				serve(c.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); served.Wait() })
	return started(t, l.Addr().String())
}

// started is a proxy to an address.
func started(t testing.TB, to string) *proxy {
	t.Helper()
	r, err := reactor.New()
	if err != nil {
		t.Fatal(err)
	}
	p, err := open(context.Background(), r, "127.0.0.1:0", to)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- r.Run(context.Background()) }()
	t.Cleanup(func() {
		if err := errors.Join(p.close(), r.Close()); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, reactor.ErrShutdown) {
			t.Error(err)
		}
	})
	return p
}

// dialled is a connection to the proxy.
func dialled(t testing.TB, p *proxy) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", p.addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(limit)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*net.TCPConn)
}

// noise is bytes that are not all alike.
func noise(n int) []byte {
	p := make([]byte, n)
	random := rand.NewChaCha8([32]byte{1})
	_, _ = random.Read(p)
	return p
}

// What goes in comes out, on many connections at once, and each direction ends
// by itself: the server answers only after the client has said that this was
// all.
func TestHalfClose(t *testing.T) {
	p := forwarding(t, func(c *net.TCPConn) {
		all, err := io.ReadAll(c)
		if err != nil {
			t.Error(err)
		}
		if _, err := c.Write(all); err != nil {
			t.Error(err)
		}
	})
	var clients sync.WaitGroup
	for range 20 {
		clients.Go(func() {
			c := dialled(t, p)
			want := noise(1 << 20)
			if _, err := c.Write(want); err != nil {
				t.Error(err)
			}
			if err := c.CloseWrite(); err != nil {
				t.Error(err)
			}
			if got, err := io.ReadAll(c); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes of %d came back, %v", len(got), len(want), err)
			}
		})
	}
	clients.Wait()
}

// The server may end first, too.
func TestServerEndsFirst(t *testing.T) {
	served := make(chan struct{})
	p := forwarding(t, func(c *net.TCPConn) {
		defer close(served)
		if err := c.CloseWrite(); err != nil {
			t.Error(err)
		}
		if got, err := io.ReadAll(c); string(got) != "late" || err != nil {
			t.Errorf("the server got %q, %v", got, err)
		}
	})
	c := dialled(t, p)
	if got, err := io.ReadAll(c); len(got) > 0 || err != nil {
		t.Fatalf("read %q, %v", got, err)
	}
	if _, err := c.Write([]byte("late")); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	<-served
}

// A receiver that does not read holds up its sender, and nothing is lost by it.
func TestBackPressure(t *testing.T) {
	read := make(chan struct{})
	sum := make(chan int, 1)
	p := forwarding(t, func(c *net.TCPConn) {
		<-read
		n, err := io.Copy(io.Discard, c)
		if err != nil {
			t.Error(err)
		}
		sum <- int(n)
	})
	c := dialled(t, p)
	block := noise(64 << 10)
	sent := 0
	for {
		// The sender gets stuck in the end, whatever the kernel's buffers are.
		if err := c.SetWriteDeadline(time.Now().Add(200 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, err := c.Write(block)
		sent += n
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if sent > 1<<30 {
			t.Fatal("the proxy reads without end what it can't write")
		}
	}
	close(read)
	if err := c.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if n := <-sum; n != sent {
		t.Errorf("%d bytes arrived, %d were sent", n, sent)
	}
}

// isReset reports whether a read's error is no end. Wine tells a reset once, as
// one or as the end.
func isReset(err error) bool {
	return err != nil && (err != io.EOF || runtime.GOOS == "windows")
}

// A reset goes through as one, not as an end.
func TestReset(t *testing.T) {
	p := forwarding(t, func(c *net.TCPConn) {
		_, _ = io.ReadFull(c, make([]byte, 1))
		_ = c.SetLinger(0)
	})
	c := dialled(t, p)
	if _, err := c.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if n, err := c.Read(make([]byte, 1)); !isReset(err) {
		t.Errorf("read %d, %v, want a reset", n, err)
	}
}

// A server that can't be reached is a reset, too.
func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", started(t, nobody).addr().String())
	if err != nil {
		return // it was reset as soon as that
	}
	defer func() { _ = c.Close() }()
	if n, err := c.Read(make([]byte, 1)); !isReset(err) {
		t.Errorf("read %d, %v, want a reset", n, err)
	}
}

// Nothing is left of links that have ended.
func TestNothingIsLeft(t *testing.T) {
	p := forwarding(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) })
	for range 50 {
		c := dialled(t, p)
		if _, err := c.Write([]byte("ping")); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, make([]byte, 4)); err != nil {
			t.Fatal(err)
		}
		if err := c.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Fatalf("read %d, %v", n, err)
		}
	}
	ended := make(chan struct{})
	go func() { p.awaitIdle(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(limit):
		t.Fatal("links are left")
	}
}

// The program says where it listens, and ends with its context.
func TestRun(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-listen", "127.0.0.1:0", "-to", "127.0.0.1:1"}, in) }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
	if _, err := netip.ParseAddrPort(address); err != nil {
		t.Error(err)
	}
	// It may be reset at once: nobody is there to forward to.
	if c, err := net.Dial("tcp", address); err == nil {
		_ = c.Close()
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Bad arguments are errors.
func TestBadArguments(t *testing.T) {
	for _, args := range [][]string{{}, {"-to", "x", "y"}, {"-listen", "nowhere", "-to", "127.0.0.1:1"}} {
		if err := run(context.Background(), args, io.Discard); err == nil {
			t.Errorf("%q: no error", args)
		}
	}
}

// BenchmarkThroughput writes 64 KiB at a time through a proxy: this one, and one
// of package net with a goroutine for each direction. That one is measured
// without splice, as on systems that have none; with it the kernel moves the
// bytes, which no program can match.
func BenchmarkThroughput(b *testing.B) {
	sink := func(c *net.TCPConn) { _, _ = io.Copy(io.Discard, struct{ io.Reader }{c}) }
	b.Run("rouse", func(b *testing.B) { throughput(b, dialled(b, forwarding(b, sink))) })
	for name, copied := range map[string]func(to, from net.Conn) error{
		"net": func(to, from net.Conn) error {
			_, err := io.CopyBuffer(struct{ io.Writer }{to}, struct{ io.Reader }{from}, make([]byte, 64<<10))
			return err
		},
		"net-splice": func(to, from net.Conn) error { _, err := io.Copy(to, from); return err },
	} {
		b.Run(name, func(b *testing.B) {
			p := forwarding(b, sink) // for its server
			throughput(b, plain(b, p.to, copied))
		})
	}
}

// throughput writes b.N blocks.
func throughput(b *testing.B, c *net.TCPConn) {
	block := noise(64 << 10)
	b.SetBytes(int64(len(block)))
	b.ResetTimer()
	for range b.N {
		if _, err := c.Write(block); err != nil {
			b.Fatal(err)
		}
	}
	if err := c.CloseWrite(); err != nil {
		b.Fatal(err)
	}
	if _, err := c.Read(block); err != io.EOF { // all has arrived
		b.Fatal(err)
	}
}

// plain is a connection through a proxy of package net.
func plain(b *testing.B, to string, copied func(to, from net.Conn) error) *net.TCPConn {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() })
	go func() {
		from, err := l.Accept()
		if err != nil {
			return
		}
		target, err := net.Dial("tcp", to)
		if err != nil {
			return
		}
		go func() { _ = copied(from, target); _ = from.(*net.TCPConn).CloseWrite() }()
		_ = copied(target, from)
		_ = target.(*net.TCPConn).CloseWrite()
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	return c.(*net.TCPConn)
}
