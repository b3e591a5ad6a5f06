//go:build (unix || windows) && !race

package park_test

import (
	"math"
	"net"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/reactor"
)

// conns makes n connections over loopback, both ends of each pair, or as many
// as there are descriptors for.
func conns(t testing.TB, n int) []*net.TCPConn {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	all := make([]*net.TCPConn, 0, n)
	t.Cleanup(func() {
		for _, c := range all {
			_ = c.Close()
		}
	})
	for len(all) < n {
		a, err := net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
		if err == nil {
			all = append(all, a)
			a, err = l.AcceptTCP()
		}
		if err != nil {
			const spare = 16 // for the reactor and for what a program opens at any time
			if len(all) < 2*spare {
				t.Fatal(err)
			}
			t.Logf("%d connections of %d: %v", len(all)-spare, n, err)
			for _, c := range all[len(all)-spare:] {
				_ = c.Close()
			}
			all = all[:len(all)-spare]
			break
		}
		all = append(all, a)
	}
	return all
}

// inUse returns how many bytes are in use: on the heap, and as stacks.
func inUse() float64 {
	for range 4 { // what a collection finds may be freed by the next
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc + m.StackInuse)
}

// parkAll parks all connections, and returns a function that ends that.
func parkAll(t testing.TB, r *reactor.Reactor, all []*net.TCPConn) func() {
	t.Helper()
	lot := park.NewLot(r, time.Hour, func(_ *net.TCPConn, w park.Wake) {
		if w.Err != park.ErrClosed {
			t.Errorf("woken by %v", w)
		}
	})
	for _, c := range all {
		if _, err := lot.Park(c, c); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := lot.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A parked connection takes no goroutine, and no more than 256 bytes of heap
// beyond what package net has; elsewhere than on Linux the adapter keeps an entry
// for each as well.
func TestMemory(t *testing.T) {
	limit := 256.0
	if runtime.GOOS != "linux" {
		limit = 512
	}
	all := conns(t, 2000)
	// The runtime may take memory for itself at any time, and what is new counts
	// as a little more until a collection has seen it. A parked connection that
	// takes too much does so each time.
	best := math.Inf(1)
	for range 8 {
		if best = min(best, parkedMemory(t, all)); best <= limit {
			break
		}
	}
	t.Logf("%.0f bytes", best)
	if best > limit {
		t.Errorf("a parked connection takes %.0f bytes", best)
	}
}

// parkedMemory is how many bytes each takes that is parked.
func parkedMemory(t *testing.T, all []*net.TCPConn) float64 {
	r := start(t)
	goroutines, before := runtime.NumGoroutine(), inUse()
	end := parkAll(t, r, all)
	defer end()
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines more", n-goroutines)
	}
	return (inUse() - before) / float64(len(all))
}

// BenchmarkParked measures what an idle connection takes, beyond what package
// net has for it: parked, and as a goroutine that is blocked in Read with a buffer
// of 4 KiB.
func BenchmarkParked(b *testing.B) {
	want := 10_000
	if runtime.GOOS == "windows" {
		want = 1000 // it has 16,384 ports, and keeps each for minutes
	}
	all := conns(b, want)
	for _, how := range []struct {
		name  string
		begin func(*reactor.Reactor) (end func())
	}{
		{"lot", func(r *reactor.Reactor) func() { return parkAll(b, r, all) }},
		{"goroutine", func(*reactor.Reactor) func() { return readAll(b, all) }},
	} {
		b.Run(how.name, func(b *testing.B) {
			bytes := make([]float64, 0, b.N)
			goroutines := 0
			for range b.N {
				r := start(b) // what one keeps for later would not be counted
				before, already := inUse(), runtime.NumGoroutine()
				end := how.begin(r)
				bytes = append(bytes, (inUse()-before)/float64(len(all)))
				goroutines = runtime.NumGoroutine() - already
				end()
				_ = r.Close()
			}
			slices.Sort(bytes)
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(bytes[len(bytes)/2], "B/conn")
			b.ReportMetric(float64(goroutines)/float64(len(all)), "goroutines/conn")
			b.ReportMetric(float64(len(all)), "conns")
		})
	}
}

// readAll lets a goroutine read each connection, and returns a function that
// ends that.
func readAll(t testing.TB, all []*net.TCPConn) func() {
	t.Helper()
	var begun, ended sync.WaitGroup
	for _, c := range all {
		begun.Add(1)
		ended.Go(func() {
			buf := make([]byte, 4<<10)
			begun.Done()
			if n, err := c.Read(buf); err == nil {
				t.Errorf("read %q", buf[:n])
			}
		})
	}
	begun.Wait()
	return func() {
		for _, c := range all {
			if err := c.SetReadDeadline(time.Unix(1, 0)); err != nil {
				t.Error(err)
			}
		}
		ended.Wait()
		for _, c := range all {
			if err := c.SetReadDeadline(time.Time{}); err != nil {
				t.Error(err)
			}
		}
	}
}
