//go:build windows

package windows

import (
	"fmt"
	"runtime"
	"testing"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// facts/pitfalls 22, mio#1112: that a socket is connected is never asked for, as
// it would be the answer to every poll.
func TestConnectedIsNoEvent(t *testing.T) {
	for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
		r := newRig(t)
		a, b := tcpPair(t)
		r.add(a, 1, readable|platform.Priority, m)
		r.add(b, 2, readable|platform.Priority, m)
		for range 3 {
			r.quiet()
			r.in(a, pending)
		}
	}
}

// facts/pitfalls 22, mio#1303: in Edge mode a reset and a refusal are reported
// once, though they stay.
func TestFailureIsConsumed(t *testing.T) {
	for name, fail := range map[string]func(t *testing.T) platform.Handle{
		"reset": func(t *testing.T) platform.Handle {
			a, b := tcpPair(t)
			need(t, windows.SetsockoptLinger(windows.Handle(b), windows.SOL_SOCKET, windows.SO_LINGER, &windows.Linger{Onoff: 1}))
			closeSocket(t, b)
			return a
		},
		"refused": func(t *testing.T) platform.Handle {
			nobody, a := socket(t, windows.SOCK_STREAM), socket(t, windows.SOCK_STREAM)
			connect(t, a, bind(t, nobody))
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			a := fail(t)
			r.add(a, 1, readable|writable, platform.Edge)
			r.await(1, isError)
			for range 3 { // the end of a stream may come behind
				r.collect(8, 0)
			}
			clear(r.got)
			r.quiet()
			if e := r.entry(a); e.want&(afdPollAbort|afdPollConnectFail) == afdPollAbort|afdPollConnectFail {
				t.Errorf("%#x is still asked for", e.want)
			}
		})
	}
}

// facts/pitfalls 22, wepoll#40: at most 32 sockets share an AFD handle, and all
// of any number are watched.
func TestGroups(t *testing.T) {
	for _, n := range []int{1, groupSize, groupSize + 1, 2*groupSize + 1} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := newRig(t)
			near, far := make([]platform.Handle, n), make([]platform.Handle, n)
			for i := range near {
				near[i], far[i] = udpPair(t)
				r.add(near[i], platform.Token(i), readable, platform.Edge)
			}
			r.quiet()
			if c := r.census(); c.groups != (n+groupSize-1)/groupSize || c.polls != n {
				t.Errorf("%+v", c)
			}
			for i := range far {
				write(t, far[i], "x")
			}
			for i := range near {
				r.await(platform.Token(i), isRead)
			}
			// Some that have room are used before another one is opened.
			before := r.census()
			for range 3 {
				for i := 0; i < n; i += 2 {
					r.delete(near[i])
				}
				r.collect(8, 0)
				for i := 0; i < n; i += 2 {
					r.add(near[i], platform.Token(i), writable, platform.Edge)
				}
			}
			if after := r.census(); after.groups > before.groups+1 {
				t.Errorf("%+v, before %+v", after, before)
			}
			for _, h := range near {
				r.delete(h)
			}
			if c := r.settled(); c.groups != 1 || c.polls != 0 {
				t.Errorf("nothing is left, but %+v", c)
			}
		})
	}
}

// facts/pitfalls 22, wepoll#35 and bun#41367: polls of several ports on one
// socket do not disturb each other.
func TestManyPorts(t *testing.T) {
	a, b := udpPair(t)
	rigs := make([]*rig, 4)
	for i := range rigs {
		rigs[i] = newRig(t)
		rigs[i].add(a, platform.Token(i), readable, platform.Edge)
	}
	for range 100 {
		for _, r := range rigs {
			r.collect(8, 0)
		}
		write(t, b, "x")
		for i, r := range rigs {
			r.await(platform.Token(i), isRead)
		}
		drain(t, a)
		for i, r := range rigs {
			r.rearm(a, platform.Token(i), readable)
		}
	}
}

// facts/pitfalls 22, golang#77975: what the kernel writes to is on no stack: who
// makes a poll may move its own, and collect garbage, before it completes.
func TestPollsAreOnNoStack(t *testing.T) {
	r := newRig(t)
	for i := range platform.Token(64) {
		a, b := udpPair(t)
		moved := make(chan bool)
		go func() {
			defer close(moved)
			var here int
			at := uintptr(unsafe.Pointer(&here))
			r.add(a, i, readable, platform.Edge)
			r.collect(1, 0) // makes the poll
			deep(512)
			moved <- uintptr(unsafe.Pointer(&here)) != at
		}()
		if !<-moved {
			t.Fatal("the stack has not moved")
		}
		<-moved
		runtime.GC()
		g := r.entry(a).source.(*poll).group
		pinned.Lock()
		if _, ok := pinned.groups[g]; !ok {
			t.Error("the poll's memory is not pinned")
		}
		pinned.Unlock()
		write(t, b, "x")
		r.await(i, isRead)
		r.delete(a)
	}
}

// deep uses up some stack.
func deep(n int) byte {
	var frame [256]byte
	if n > 0 {
		frame[n%256] = deep(n - 1)
	}
	return frame[(n+1)%256]
}
