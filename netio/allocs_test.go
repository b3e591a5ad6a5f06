//go:build !race

package netio_test

import (
	"context"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// The hot paths do not allocate, whether there is something or must be waited
// for. (Under the race detector everything allocates.)
func TestAllocations(t *testing.T) {
	r := running(t, reactor.WithBudget(0))
	a, b := connected(t, r, "tcp")
	full, _ := connected(t, r, "tcp")
	fill(t, full)
	out, in := make([]byte, 64), make([]byte, 64)
	fail := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	// The peer answers in a goroutine of its own, so that a always waits.
	go func() {
		for buf := make([]byte, 64); ; {
			if _, err := io.ReadFull(b, buf); err != nil {
				return
			}
			if _, err := b.Write(buf); err != nil {
				return
			}
		}
	}()
	defer b.Close()
	w := newSignal()
	ahead := time.Now().Add(time.Hour)
	for name, f := range map[string]func(){
		"Write and Read": func() {
			_, err := a.Write(out)
			fail(err)
			_, err = io.ReadFull(a, in)
			fail(err)
		},
		"PollWrite and PollRead": func() {
			k, err := a.PollWrite(w, out)
			fail(err)
			for k > 0 {
				n, err := a.PollRead(w, in)
				if err == reactor.ErrPending {
					<-w
					continue
				}
				fail(err)
				k -= n
			}
		},
		"PollRead, pending": func() {
			if _, err := a.PollRead(w, in); err != reactor.ErrPending {
				fail(err)
			}
		},
		"PollWrite, pending": func() {
			if _, err := full.PollWrite(w, out); err != reactor.ErrPending {
				fail(err)
			}
		},
		"SetReadDeadline": func() {
			ahead = ahead.Add(time.Second)
			fail(a.SetReadDeadline(ahead))
			fail(a.SetReadDeadline(time.Time{}))
		},
		"SetDeadline": func() { fail(a.SetDeadline(ahead)) },
	} {
		// What runs beside it in other goroutines counts, too.
		if got := testing.AllocsPerRun(500, f); got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

// Datagrams do not allocate where no net.Addr is asked for.
func TestAllocationsOfDatagrams(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("package sock promises it for Linux")
	}
	r := running(t, reactor.WithBudget(0))
	for _, network := range []string{"udp4", "udp6"} {
		if !has(t, network) {
			continue
		}
		p, err := netio.ListenPacket(context.Background(), r, network, place(t, network))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.Close() })
		to := addrPort(p)
		out, in := make([]byte, 64), make([]byte, 64)
		if got := testing.AllocsPerRun(500, func() {
			if _, err := p.WriteToUDPAddrPort(out, to); err != nil {
				t.Fatal(err)
			}
			if n, from, err := p.ReadFromUDPAddrPort(in); err != nil || n != len(out) || from != to {
				t.Fatal(n, from, err)
			}
		}); got != 0 {
			t.Errorf("%s: %v allocations", network, got)
		}
	}
}
