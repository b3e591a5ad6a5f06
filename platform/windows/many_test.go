//go:build windows

package windows

import (
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// manySockets opens that many UDP sockets, and returns where each can be
// reached.
func manySockets(t *testing.T, n int) ([]platform.Handle, []windows.Sockaddr) {
	t.Helper()
	sockets, at := make([]platform.Handle, n), make([]windows.Sockaddr, n)
	for i := range sockets {
		need(t, startup())
		s, err := windows.Socket(windows.AF_INET, windows.SOCK_DGRAM, 0)
		if err == windows.WSAEMFILE || err == windows.WSAENOBUFS {
			t.Skipf("this system has only %d sockets for us: %v", i, err)
		}
		sockets[i] = opened(t, s, err)
		at[i] = bind(t, sockets[i])
	}
	return sockets, at
}

// manyAre is how many sockets are many. Wine looks at every poll for each event.
func manyAre() int {
	if testing.Short() {
		return 1000
	}
	return 5000
}

// Of very many sockets that are armed and fire, each is reported once, none is
// lost, and nothing is left behind.
func TestMany(t *testing.T) {
	many := manyAre()
	r := newRig(t)
	sockets, at := manySockets(t, many)
	sender := socket(t, windows.SOCK_DGRAM)
	for i, h := range sockets {
		r.add(h, platform.Token(i), readable, platform.Edge)
	}
	events := make([]platform.Event, 1000)
	buf := make([]byte, 8)
	if n, err := r.Wait(events, 0); n != 0 || err != nil { // makes the polls
		t.Fatalf("%d events, %v", n, err)
	}
	if c := r.census(); c.polls != many || c.groups != (many+groupSize-1)/groupSize {
		t.Fatalf("%+v", c)
	}
	fired := 0
	reported := make([]int, many)
	for next, end := 0, time.Now().Add(5*patience); fired < many; {
		for ; next < many && next < fired+500; next++ {
			need(t, windows.Sendto(windows.Handle(sender), []byte("x"), 0, at[next]))
		}
		n, err := r.Wait(events, max(time.Until(end), 0))
		if n == 0 || err != nil {
			t.Fatalf("%d of %d are reported: %v", fired, many, err)
		}
		for _, ev := range events[:n] {
			if reported[ev.Token]++; reported[ev.Token] > 1 || ev.Ready != isRead {
				t.Errorf("token %d is reported to be %v, the %d. time", ev.Token, ev.Ready, reported[ev.Token])
			}
			if _, err := Read(sockets[ev.Token], buf); err != nil {
				t.Errorf("token %d: %v", ev.Token, err)
			}
			r.rearm(sockets[ev.Token], ev.Token, readable)
		}
		fired += n
	}
	r.quiet()
	for _, h := range sockets {
		r.delete(h)
	}
	if c := r.settled(); c.polls != 0 || c.groups != 1 {
		t.Errorf("%+v", c)
	}
}

// memoryLimit is what a socket may take, in bytes, besides the kernel's.
const memoryLimit = 320

// A socket that is watched takes little memory.
func TestMemory(t *testing.T) {
	many := manyAre()
	r := newRig(t)
	sockets, _ := manySockets(t, many)
	used := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := used()
	for i, h := range sockets {
		r.add(h, platform.Token(i), readable|writable, platform.Edge)
	}
	r.collect(1, 0)
	each := float64(used()-before) / float64(many)
	t.Logf("%.0f bytes for each of %d sockets", each, many)
	if each > memoryLimit {
		t.Errorf("that is more than %d", memoryLimit)
	}
	runtime.KeepAlive(r)
}
