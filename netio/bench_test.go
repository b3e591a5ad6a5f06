package netio_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/rouse-io/rouse/netio"
)

// BenchmarkPingPong sends 64 bytes there and back on many connections, with a
// goroutine and a buffer of 4 KiB at each end. Here both ends share a process; the
// CPU time of a server alone, which the README tells, is measured by tools/bench.
func BenchmarkPingPong(b *testing.B) {
	for _, conns := range []int{1, 64, 1000} {
		b.Run(fmt.Sprintf("conns=%d/net", conns), func(b *testing.B) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer l.Close()
			pingPong(b, conns, l, func() (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) })
		})
		b.Run(fmt.Sprintf("conns=%d/netio", conns), func(b *testing.B) {
			r := running(b)
			l := listening(b, r, "tcp")
			pingPong(b, conns, l, func() (net.Conn, error) {
				return netio.Dial(context.Background(), r, "tcp", l.Addr().String())
			})
		})
	}
}

func pingPong(b *testing.B, conns int, l net.Listener, dial func() (net.Conn, error)) {
	var served sync.WaitGroup
	clients := make([]net.Conn, conns)
	for i := range clients {
		c, err := dial()
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = c.Close() })
		clients[i] = c
		s, err := l.Accept()
		if err != nil {
			b.Fatal(err)
		}
		served.Go(func() {
			defer s.Close()
			buf := make([]byte, 4<<10)
			for {
				n, err := s.Read(buf)
				if err != nil {
					return
				}
				if _, err := s.Write(buf[:n]); err != nil {
					return
				}
			}
		})
	}
	b.ReportAllocs()
	b.ResetTimer()
	var clientsDone sync.WaitGroup
	for i, c := range clients {
		n := b.N / conns
		if i < b.N%conns {
			n++
		}
		clientsDone.Go(func() {
			buf := make([]byte, 4<<10)
			for range n {
				if _, err := c.Write(buf[:64]); err != nil {
					b.Error(err)
					return
				}
				if _, err := io.ReadAtLeast(c, buf, 64); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	clientsDone.Wait()
	b.StopTimer()
	for _, c := range clients {
		_ = c.Close()
	}
	served.Wait()
}
