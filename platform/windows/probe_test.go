//go:build windows

package windows

import (
	"errors"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/platformtest"
	"golang.org/x/sys/windows"
)

func TestProbe(t *testing.T) { platformtest.TestProbe(t, Probe, open) }

// probed checks what a probe for reading and writing says.
func probed(t testing.TB, h platform.Handle, want platform.Ready) {
	t.Helper()
	if is, err := Probe(h, readable|writable); is != want || err != nil {
		t.Fatalf("%v, %v, want %v", is, err, want)
	}
}

// notProbed checks that a handle can't be probed.
func notProbed(t testing.TB, h platform.Handle, in platform.Interest, kind error) {
	t.Helper()
	is, err := Probe(h, in)
	refused(t, err, "probe", kind)
	if is != 0 {
		t.Errorf("a probe that fails says %v", is)
	}
}

// A poll that the system does not complete at once signals its AFD handle, which
// has no port and no event.
func TestProbeWaits(t *testing.T) {
	a, b := tcpPair(t)
	base, err := baseOf(a)
	need(t, err)
	p, err := probers.get()
	need(t, err)
	defer probers.put(p)
	for range 3 {
		ask := pollInfo{Timeout: math.MaxInt64, NumberOfHandles: 1, Handle: uintptr(base), Events: arm(readable)}
		status := p.submit(ask)
		if status != windows.STATUS_PENDING {
			t.Fatalf("submit: %#x", uint32(status))
		}
		var all sync.WaitGroup
		all.Go(func() { write(t, b, "x") })
		if status, events := p.answer(status); status != 0 || events != afdPollReceive {
			t.Errorf("%#x, %#x", uint32(status), events)
		}
		all.Wait()
		drain(t, a)
	}
	const soon = -10_000 // in 100 ns from now
	ask := pollInfo{Timeout: soon, NumberOfHandles: 1, Handle: uintptr(base), Events: arm(readable)}
	if status, events := p.answer(p.submit(ask)); int32(status) < 0 || events != 0 {
		t.Errorf("after the timeout: %#x, %#x", uint32(status), events)
	}
	if status, events := p.ask(base, arm(readable)); int32(status) < 0 || events != 0 {
		t.Errorf("%#x, %#x of what is idle", uint32(status), events)
	}
}

// There are as many AFD handles as there were probes at once.
func TestProbersServeAgain(t *testing.T) {
	a, _ := udpPair(t)
	probed(t, a, isWrite)
	before := files(t)
	for range 100 {
		probed(t, a, isWrite)
	}
	if after := files(t); after != before {
		t.Errorf("%d handles are open, before %d", after, before)
	}
	taken := make([]*prober, 8)
	for round := range 3 {
		for i := range taken {
			var err error
			taken[i], err = probers.get()
			need(t, err)
			if slices.Contains(taken[:i], taken[i]) {
				t.Fatal("a prober is in use twice")
			}
		}
		for _, p := range taken {
			probers.put(p)
		}
		switch is := files(t); {
		case round == 0:
			before = is
		case is != before:
			t.Errorf("%d handles are open, before %d", is, before)
		}
	}
}

// A socket of a layered provider is probed by its base socket.
func TestProbeLayered(t *testing.T) {
	a, b := udpPair(t)
	outer, _ := udpPair(t)
	layer(t, outer, map[uint32]any{sioBaseHandle: windows.WSAEINVAL, sioBspHandlePoll: a})
	write(t, b, "x")
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		is, err := Probe(outer, readable|writable)
		need(t, err)
		if is == isRead|isWrite {
			break
		}
		if time.Now().After(end) {
			t.Fatal(is)
		}
	}
	layer(t, a, map[uint32]any{sioBaseHandle: windows.WSAENOTSOCK})
	notProbed(t, a, readable, windows.WSAENOTSOCK)
	notProbed(t, a, readable, platform.ErrNotPollable)
}

// What can be looked at without taking anything is, and the rest is left alone.
func TestProbeWaitable(t *testing.T) {
	for _, o := range objects {
		t.Run(o.name, func(t *testing.T) {
			h, signal := o.open(t)
			for in := platform.Interest(1); in <= platform.AllInterests; in++ {
				if in != readable {
					notProbed(t, h, in, errors.ErrUnsupported)
				}
			}
			if !o.once {
				signal()
				notProbed(t, h, readable, errors.ErrUnsupported)
				result, err := windows.WaitForSingleObject(windows.Handle(h), uint32(patience/time.Millisecond))
				if result != windows.WAIT_OBJECT_0 || err != nil {
					t.Errorf("the signal is gone: %d, %v", result, err)
				}
				return
			}
			if is, err := Probe(h, readable); is != 0 || err != nil {
				t.Errorf("%v, %v of what has not ended", is, err)
			}
			signal()
			for end := time.Now().Add(patience); ; runtime.Gosched() {
				is, err := Probe(h, readable)
				need(t, err)
				if is == isRead {
					break
				}
				if is != 0 || time.Now().After(end) {
					t.Fatalf("%v of what has ended", is)
				}
			}
		})
	}
	mutex, err := windows.CreateMutex(nil, false, nil)
	notProbed(t, owned(t, mutex, err), readable, platform.ErrNotPollable)
}

// A pipe is what a poller calls it, whether one watches it or not.
func TestProbePipe(t *testing.T) {
	for _, watched := range []bool{false, true} {
		name := pipeName()
		server := listenPipe(t, name)
		h := value(t, server)
		if watched {
			r := newRig(t)
			r.add(h, 1, readable|writable, platform.Edge)
			r.collect(8, 0)
		}
		look := func(want platform.Ready) {
			t.Helper()
			for range 3 {
				probed(t, h, want)
			}
		}
		look(0)
		if err := server.Connect(); err != windows.WSAEWOULDBLOCK {
			t.Fatal(err)
		}
		look(0)
		client := dialPipe(t, name)
		for end := time.Now().Add(patience); ; runtime.Gosched() {
			err := server.Connect()
			if err == nil {
				break
			}
			if err != windows.WSAEWOULDBLOCK || time.Now().After(end) {
				t.Fatal(err)
			}
		}
		look(isWrite)
		notProbed(t, h, platform.Priority, errors.ErrUnsupported)
		writes(t, client, "hello")
		look(isRead | isWrite)
		reads(t, server, 10, "hello", nil)
		look(isWrite)
		fill(t, server)
		look(0)
		need(t, client.Close())
		for end := time.Now().Add(patience); ; runtime.Gosched() { // until the write in flight has failed
			is, err := Probe(h, readable|writable)
			need(t, err)
			if is == isRead|isWrite|platform.ReadyReadClosed {
				break
			}
			if time.Now().After(end) {
				t.Fatal(is)
			}
		}
		reads(t, server, 10, "", io.EOF)
		need(t, server.Close())
		if _, err := server.probe(h, readable); !errors.Is(err, platform.ErrNotPollable) {
			t.Errorf("a closed pipe: %v", err)
		}
	}
}
