//go:build unix || windows

package reactor_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// tcpPairs returns the ends of n connections over loopback. Where the process may
// not have as many there are fewer, and some descriptors are left for others.
func tcpPairs(t *testing.T, n int) (near, far []*net.TCPConn) {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range n {
		a, err := net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
		if err == nil {
			t.Cleanup(func() { _ = a.Close() })
			near = append(near, a)
			var b *net.TCPConn
			if b, err = l.AcceptTCP(); err == nil {
				t.Cleanup(func() { _ = b.Close() })
				far = append(far, b)
			}
		}
		if errors.Is(err, syscall.EMFILE) && len(far) > 40 {
			all := len(far) - 10
			for _, c := range slices.Concat(near[all:], far[all:]) {
				_ = c.Close()
			}
			t.Logf("only %d connections: %v", all, err)
			return near[:all], far[:all]
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return near, far
}

// parkedConn is a connection that nobody reads, and no goroutine waits for.
type parkedConn struct {
	*net.TCPConn
	g     *reactor.Registration
	woken atomic.Int32
	wake  chan<- *parkedConn
}

// Wake implements [reactor.Waker].
func (c *parkedConn) Wake() {
	c.woken.Add(1)
	c.wake <- c
}

// park waits for the next that there is to read. It must not be there yet.
func (c *parkedConn) park() error {
	ev, err := c.g.PollReadReady(c)
	if err == nil {
		return fmt.Errorf("is %v", ev.Ready)
	}
	if err != reactor.ErrPending {
		return err
	}
	return nil
}

// read reads by package net what was sent, and clears the readiness after that.
func (c *parkedConn) read(want string) error {
	ev, err := c.g.PollReadReady(c)
	if err != nil {
		return err
	}
	buf := make([]byte, 16)
	if n, err := c.Read(buf); err != nil || string(buf[:n]) != want {
		return fmt.Errorf("read %q, %w, want %q", buf[:n], err, want)
	}
	c.g.ClearReadiness(ev)
	return nil
}

// A thousand idle connections of package net are parked in one reactor, without
// a goroutine or a buffer for each (facts/pitfalls 22 and 24). Those that are
// written to are woken, nobody else, and package net reads them. It is not
// disturbed where it waits for some itself meanwhile.
func TestParkedConns(t *testing.T) {
	n := 1000
	if testing.Short() {
		n = 200
	}
	const rounds = 2
	r := start(t)
	near, far := tcpPairs(t, n)
	n = len(near)
	woken := make(chan *parkedConn, n)
	conns := make([]*parkedConn, n)
	for i, c := range near {
		g, err := r.Register(c, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		conns[i] = &parkedConn{TCPConn: c, g: g, wake: woken}
	}
	isRead := func(i int) bool { return i%10 == 3 } // by package net all the time
	isSent := func(i int) bool { return i%7 == 5 && !isRead(i) }
	var readers sync.WaitGroup
	for i, c := range conns {
		if !isRead(i) {
			if err := c.park(); err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			continue
		}
		readers.Go(func() {
			buf := make([]byte, 16)
			for round := range rounds {
				want := fmt.Sprintf("%d for %d", round, i)
				if n, err := c.Read(buf); err != nil || string(buf[:n]) != want {
					t.Errorf("package net read %q, %v, want %q", buf[:n], err, want)
					return
				}
				if _, err := c.Write([]byte{1}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for round := range rounds {
		sent := make(map[*parkedConn]string)
		for i, c := range far {
			message := fmt.Sprintf("%d for %d", round, i)
			if isSent(i) {
				sent[conns[i]] = message
			}
			if isSent(i) || isRead(i) {
				if _, err := c.Write([]byte(message)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for i, c := range far {
			if isRead(i) { // its reader has read all, so that the next is apart
				if _, err := c.Read(make([]byte, 1)); err != nil {
					t.Fatal(err)
				}
			}
		}
		for late := time.After(deadline); len(sent) > 0; {
			select {
			case c := <-woken:
				want, ok := sent[c]
				if !ok {
					t.Fatal("somebody is woken who was sent nothing")
				}
				delete(sent, c)
				if err := c.read(want); err != nil {
					t.Fatal(err)
				}
				if err := c.park(); err != nil {
					t.Fatal(err)
				}
			case <-late:
				t.Fatalf("%d are not woken", len(sent))
			}
		}
	}
	readers.Wait()
	for i, c := range conns {
		if n := c.woken.Load(); n != 0 && !isSent(i) || n != rounds && isSent(i) {
			t.Errorf("%d was woken %d times", i, n)
		}
		if err := c.g.Deregister(); err != nil {
			t.Error(err)
		}
	}
	if live := r.Stats().Live; live != 0 {
		t.Errorf("%d registrations are left", live)
	}
	// Package net goes on with all of them.
	for i, c := range conns {
		if _, err := far[i].Write([]byte("after")); err != nil {
			t.Fatal(err)
		}
		buf := make([]byte, 16)
		if n, err := c.Read(buf); err != nil || string(buf[:n]) != "after" {
			t.Fatalf("%d: %q, %v", i, buf[:n], err)
		}
	}
}

// Two reactors watch one connection, and both are told of everything
// (facts/pitfalls 22: wepoll#35, bun#41367).
func TestTwoReactors(t *testing.T) {
	ctx := within(t)
	conn, peer := tcpPair(t)
	var regs [2]*reactor.Registration
	for i := range regs {
		g, err := start(t).Register(conn, reactor.Readable|reactor.Writable)
		if err != nil {
			t.Fatal(err)
		}
		regs[i] = g
	}
	buf := make([]byte, 16)
	for range 200 {
		if _, err := peer.Write([]byte("ping")); err != nil {
			t.Fatal(err)
		}
		var events [2]reactor.ReadyEvent
		for i, g := range regs {
			ev, err := g.Readiness(ctx, reactor.Readable)
			if err != nil {
				t.Fatal(err)
			}
			events[i] = ev
		}
		if n, err := conn.Read(buf); err != nil || string(buf[:n]) != "ping" {
			t.Fatalf("%q, %v", buf[:n], err)
		}
		for i, g := range regs {
			g.ClearReadiness(events[i])
		}
	}
}

// A listener of package net is watched, and accepts by package net.
func TestRegisterListener(t *testing.T) {
	r := start(t)
	ctx := within(t)
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	g, err := r.Register(l, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		a, err := net.DialTCP("tcp", nil, l.Addr().(*net.TCPAddr))
		if err != nil {
			t.Fatal(err)
		}
		ev, err := g.Readiness(ctx, reactor.Readable)
		if err != nil || ev.Ready.IsReadClosed() {
			t.Fatalf("%v, %v", ev.Ready, err)
		}
		b, err := l.AcceptTCP()
		if err != nil {
			t.Fatal(err)
		}
		g.ClearReadiness(ev)
		if b.RemoteAddr().String() != a.LocalAddr().String() {
			t.Errorf("accepted %v, want %v", b.RemoteAddr(), a.LocalAddr())
		}
		_ = a.Close()
		_ = b.Close()
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
}

// A UDP socket of package net is watched, and package net reads it.
func TestRegisterUDPConn(t *testing.T) {
	r := start(t)
	ctx := within(t)
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	const opNotSupp = syscall.Errno(10045)
	if runtime.GOOS == "windows" && errors.Is(err, opNotSupp) {
		t.Skipf("package net opens no UDP socket on Wine, which has no SIO_UDP_NETRESET: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	peer, err := net.DialUDP("udp", nil, conn.LocalAddr().(*net.UDPAddr))
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	g, err := r.Register(conn, reactor.Readable|reactor.Writable)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Readiness(ctx, reactor.Writable); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 16)
	for range 100 {
		if _, err := peer.Write([]byte("ping")); err != nil {
			t.Fatal(err)
		}
		ev, err := g.Readiness(ctx, reactor.Readable)
		if err != nil || ev.Ready.IsReadClosed() {
			t.Fatalf("%v, %v", ev.Ready, err)
		}
		if n, _, err := conn.ReadFromUDP(buf); err != nil || string(buf[:n]) != "ping" {
			t.Fatalf("%q, %v", buf[:n], err)
		}
		g.ClearReadiness(ev)
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
}

// A connection that has nothing to say is not reported, connected though it is,
// and one that was reset is not reported again and again: the loop sleeps
// (facts/pitfalls 22: mio#1112, mio#1303).
func TestNoBusyLoop(t *testing.T) {
	r := open(t)
	defer r.Close()
	idle, _ := tcpPair(t)
	reset, peer := tcpPair(t)
	var regs [2]*reactor.Registration
	for i, c := range []*net.TCPConn{idle, reset} {
		g, err := r.Register(c, reactor.Readable)
		if err != nil {
			t.Fatal(err)
		}
		regs[i] = g
	}
	if n, err := r.Turn(time.Millisecond); n != 0 || err != nil {
		t.Fatalf("%d events of connections with nothing to say, %v", n, err)
	}
	if err := peer.SetLinger(0); err != nil {
		t.Fatal(err)
	}
	_ = peer.Close()
	if n, err := r.Turn(deadline); n != 1 || err != nil {
		t.Fatalf("%d events, %v", n, err)
	}
	events := 0
	for range 20 {
		err := regs[1].TryIO(reactor.Readable, func() error {
			_, err := reset.Read(make([]byte, 1))
			return err
		})
		if err == nil || err == reactor.ErrWouldBlock {
			t.Fatalf("read: %v", err)
		}
		n, err := r.Turn(0)
		if err != nil {
			t.Fatal(err)
		}
		events += n
	}
	if events > 3 { // what a reset is made of may come one by one
		t.Errorf("%d events of one reset", events)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := regs[0].Readiness(ended, reactor.Readable); err != context.Canceled {
		t.Errorf("the idle one: %v", err)
	}
}
