package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// patientTimes are deadlines that only a hang meets.
var patientTimes = times{idle: limit, patience: limit, write: limit}

// A running gateway is one that is under test.
type running struct {
	*gateway
	t    *testing.T
	addr string
	end  func(context.Context) // says goodbye, and checks that nothing is left
}

// start runs a gateway, which is ended with the test.
func start(t *testing.T, style string, with times) *running {
	t.Helper()
	g, err := newGateway(style, with)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := http.Server{Handler: g}
	served := make(chan error, 1)
	go func() { served <- h.Serve(l) }()
	r := &running{gateway: g, t: t, addr: l.Addr().String()}
	var once sync.Once
	r.end = func(ctx context.Context) {
		once.Do(func() {
			if err := g.close(ctx); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := h.Close(); err != nil {
				t.Error(err)
			}
			if err := <-served; !errors.Is(err, http.ErrServerClosed) {
				t.Error(err)
			}
			r.nothingIsLeft()
		})
	}
	t.Cleanup(func() { r.end(past(t)) })
	return r
}

// past is a context that has ended.
func past(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// nothingIsLeft checks a gateway that was closed.
func (r *running) nothingIsLeft() {
	r.t.Helper()
	if n := r.live(); n != 0 {
		r.t.Errorf("%d clients are left", n)
	}
	if n := r.writes.waiting(); n != 0 {
		r.t.Errorf("%d are to be written to", n)
	}
	if n := r.parked(); n != 0 {
		r.t.Errorf("%d are parked", n)
	}
	if p, ok := r.style.(*parking); ok {
		if n := p.reactor.Stats().Live; n != 0 {
			r.t.Errorf("%d are registered", n)
		}
	}
}

// parked is how many clients are parked.
func (r *running) parked() int {
	if p, ok := r.style.(*parking); ok {
		return p.idle.Len() + p.hurried.Len()
	}
	return 0
}

// await waits until n returns what is wanted: nobody tells a gateway's clients
// what has become of the others.
func (r *running) await(what string, want int, n func() int) {
	r.t.Helper()
	for end := time.Now().Add(limit); n() != want; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatalf("%s: %d, want %d", what, n(), want)
		}
	}
}

// tell broadcasts, when the last broadcast has been handed out.
func (r *running) tell(text string) {
	r.t.Helper()
	for end := time.Now().Add(limit); !r.broadcast([]byte(text)); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			r.t.Fatal("a broadcast is not handed out")
		}
	}
}

// Everybody gets what is broadcast, in order, and an answer to a ping, however
// many there are: idle ones are parked, all of them. When they have gone, each
// in its way, nothing is left.
func TestManyClients(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		peers := make([]*peer, 200)
		for i := range peers {
			peers[i] = dial(t, g.addr)
		}
		g.await("clients", len(peers), g.live)
		for i := range 3 {
			g.tell(fmt.Sprint("broadcast ", i))
		}
		for _, p := range peers {
			for i := range 3 {
				p.expect(ws.OpText, fmt.Sprint("broadcast ", i))
			}
			p.send(masked(ws.OpPing, true, "ping"))
		}
		for _, p := range peers {
			p.expect(ws.OpPong, "ping")
		}
		if style == styleParked {
			g.await("parked", len(peers), g.parked)
		}
		for i, p := range peers {
			switch i % 3 {
			case 0:
				p.close()
			case 1:
				p.send(masked(ws.OpClose, true, "\x03\xe8"))
				p.expectClose(1000)
				p.close()
			case 2:
				if err := p.conn.SetLinger(0); err != nil {
					t.Fatal(err)
				}
				p.close() // a reset
			}
		}
		g.await("clients", 0, g.live)
		g.await("parked", 0, g.parked)
	})
}

// A request that is none for a WebSocket gets an answer that says so, and its
// connection is closed.
func TestBadUpgrade(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		for _, test := range []struct{ old, by, status string }{
			{"", "", "101 Switching Protocols"},
			{"GET", "POST", "405 Method Not Allowed"},
			{"Upgrade: websocket", "Upgrade: x", "400 Bad Request"},
			{"Connection: Upgrade", "Connection: close", "400 Bad Request"},
			{"Version: 13", "Version: 12", "426 Upgrade Required"},
			{"Sec-WebSocket-Key: A", "Sec-WebSocket-Key: ", "400 Bad Request"},
			{"GET / HTTP/1.1", "GET / HTTP/9.9", "505 HTTP Version Not Supported: unsupported protocol version"},
			{"GET / HTTP/1.1", "\x16\x03\x01", "400 Bad Request"},
		} {
			p := connect(t, g.addr)
			p.send(strings.Replace(upgradeRequest, test.old, test.by, 1))
			status, err := p.r.ReadString('\n')
			if err != nil || strings.TrimSpace(status) != "HTTP/1.1 "+test.status {
				t.Errorf("%s: %q, %v", test.by, status, err)
			}
			if test.old == "" {
				p.close()
				continue
			}
			if _, err := io.Copy(io.Discard, p.r); err != nil {
				t.Errorf("%s: %v", test.by, err)
			}
		}
		g.await("clients", 0, g.live)
		dial(t, g.addr).ping("still here")
	})
}

// What comes together with the request is not lost.
func TestEarlyFrame(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		p := connect(t, g.addr)
		early := masked(ws.OpPing, true, "early")
		p.upgrade(early + early[:3])
		p.expect(ws.OpPong, "early")
		p.send(early[3:])
		p.expect(ws.OpPong, "early")
	})
}

// Messages are taken in whatever pieces they come, and pings between the pieces
// are answered.
func TestFragments(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		p := dial(t, g.addr)
		p.send(masked(ws.OpText, false, "one"))
		p.ping("between fragments")
		p.send(masked(ws.OpContinuation, false, strings.Repeat("x", 10_000)))
		frame := masked(ws.OpContinuation, true, "three")
		for i := range len(frame) {
			p.send(frame[i : i+1])
		}
		p.ping("")
		if n := g.messages.Load(); n != 1 {
			t.Errorf("%d messages, want 1", n)
		}
		ping := masked(ws.OpPing, true, "byte by byte")
		for i := range len(ping) {
			p.send(ping[i : i+1])
		}
		p.expect(ws.OpPong, "byte by byte")
		for range 100 {
			p.send(ping[:1])
			p.send(ping[1:])
		}
		p.send(masked(ws.OpPing, true, "last"))
		for { // the gateway may answer only the last that it knows of
			if op, payload := p.frame(); op != ws.OpPong || payload == "last" {
				break
			}
		}
	})
}

// Whoever breaks the rules is told so before the connection ends, and it is not
// reset, whatever else has come.
func TestProtocolError(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		for sent, code := range map[string]ws.StatusCode{
			"\x81\x00":      ws.StatusProtocolError, // not masked
			raw(0x09, 0x80): ws.StatusProtocolError, // a ping in fragments
			raw(0x80, 0x80): ws.StatusProtocolError, // the rest of nothing
			"\x82\xff\x00\x00\x00\x01\x00\x00\x00\x00\x01\x02\x03\x04": ws.StatusMessageTooBig,
			masked(ws.OpClose, true, "\x03\xe9bye"):                    ws.StatusGoingAway,
		} {
			p := dial(t, g.addr)
			p.send(sent + strings.Repeat("x", 100_000))
			p.expectClose(code)
			p.close()
		}
		g.await("clients", 0, g.live)
	})
}

// Peers that begin something and don't end it hold up nobody, take no goroutine
// where they are parked, and are closed when their time is over: also one that
// goes on, byte after byte.
func TestSlowLoris(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, times{idle: limit, patience: 200 * time.Millisecond, write: limit})
		var slow sync.WaitGroup
		endless := masked(ws.OpBinary, true, strings.Repeat("x", maxFrame))
		for i := range 40 {
			p := dial(t, g.addr)
			switch i % 4 {
			case 0:
				p.send(endless[:1])
			case 1:
				p.send(masked(ws.OpText, false, "never ends"))
			case 2:
				p.send(endless[:1000])
			case 3:
				slow.Go(func() { // it is closed long before this is all
					for j := range len(endless) {
						if _, err := p.conn.Write([]byte(endless[j : j+1])); err != nil {
							return
						}
					}
					t.Error("all was taken")
				})
			}
		}
		p := dial(t, g.addr)
		p.ping("meanwhile")
		slow.Wait()
		g.await("clients", 1, g.live)
		p.ping("afterwards")
	})
}

// Who has sent a part of something is parked like any other: he takes no
// goroutine.
func TestHalfFramesAreParked(t *testing.T) {
	needPoller(t)
	g := start(t, styleParked, patientTimes)
	p := g.style.(*parking)
	frame := masked(ws.OpPing, true, "half")
	peers := make([]*peer, 40)
	for i := range peers {
		peers[i] = dial(t, g.addr)
		peers[i].send(frame[:1+i%(len(frame)-1)])
	}
	g.await("parked with a part of something", len(peers), p.hurried.Len)
	g.await("goroutines", 0, func() int {
		p.woken.mu.Lock()
		defer p.woken.mu.Unlock()
		return p.woken.active
	})
	for i, peer := range peers {
		peer.send(frame[1+i%(len(frame)-1):])
		peer.expect(ws.OpPong, "half")
	}
	g.await("parked with nothing", len(peers), p.idle.Len)
}

// Who sends nothing is asked whether he is still there. One who answers stays,
// and one who doesn't is closed.
func TestSilence(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, times{idle: time.Second, patience: limit, write: limit})
		p := dial(t, g.addr)
		p.expect(ws.OpPing, "")
		p.send(masked(ws.OpPong, true, ""))
		p.expect(ws.OpPing, "")
		p.expectEOF()
		g.await("clients", 0, g.live)
	})
}

// One who does not read holds up nobody. When he is too many frames behind he is
// closed.
func TestSlowReader(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		slow, fast := dial(t, g.addr), dial(t, g.addr)
		g.await("clients", 2, g.live)
		for i := 0; g.live() == 2; i++ {
			if i == 200 {
				t.Fatal("nobody is closed")
			}
			text := strings.Repeat("x", maxFrame) + fmt.Sprint(i)
			g.tell(text)
			fast.expect(ws.OpText, text)
		}
		if _, err := io.Copy(io.Discard, slow.conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("the slow one is not closed")
		}
		fast.ping("still here")
	})
}

// One who does not take a frame in time is closed.
func TestLateReader(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, times{idle: limit, patience: limit, write: 50 * time.Millisecond})
		dial(t, g.addr)
		g.await("clients", 1, g.live)
		g.tell(strings.Repeat("x", 64<<20)) // more than the system takes
		g.await("clients", 0, g.live)
	})
}

// One who sends pings and does not read the answers is not read any more, and
// closed in the end. It costs one goroutine at most.
func TestPingsWithoutEnd(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, times{idle: limit, patience: limit, write: 300 * time.Millisecond})
		p := dial(t, g.addr)
		q := dial(t, g.addr)
		pings := strings.Repeat(masked(ws.OpPing, true, strings.Repeat("x", 125)), 500)
		for {
			if _, err := io.WriteString(p.conn, pings); err != nil {
				break
			}
		}
		q.ping("meanwhile")
		g.await("clients", 1, g.live)
	})
}

// Broadcasts and answers don't get mixed up, whoever sends them.
func TestConcurrentWriters(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		const n = 300
		unread := make(chan struct{}, maxBehind/2) // who is further behind is closed
		g := start(t, style, patientTimes)
		p := dial(t, g.addr)
		g.await("clients", 1, g.live)
		var both sync.WaitGroup
		both.Go(func() {
			for i := range n {
				unread <- struct{}{}
				g.tell(strings.Repeat("b", i))
			}
		})
		both.Go(func() {
			for range n {
				if _, err := io.WriteString(p.conn, masked(ws.OpPing, true, strings.Repeat("p", 100))); err != nil {
					t.Error(err)
				}
			}
			if _, err := io.WriteString(p.conn, masked(ws.OpPing, true, "last")); err != nil {
				t.Error(err)
			}
		})
		told, answered := 0, false
		for told < n || !answered {
			switch op, payload := p.frame(); {
			case op == ws.OpText && payload == strings.Repeat("b", told):
				told++
				<-unread
			case op == ws.OpPong && payload == "last":
				answered = true
			case op != ws.OpPong || payload != strings.Repeat("p", 100):
				t.Fatalf("a frame of type %d with %q after %d broadcasts", op, payload, told)
			}
		}
		both.Wait()
	})
}

// The end says goodbye to everybody, waits for them to go, and lets nobody in.
func TestEnd(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		var peers []*peer
		for range 20 {
			peers = append(peers, dial(t, g.addr))
		}
		half := dial(t, g.addr)
		half.send(masked(ws.OpText, true, "half")[:3])
		request := connect(t, g.addr) // has not asked yet
		g.await("clients", 21, g.live)
		closed := make(chan struct{})
		go func() {
			g.end(context.Background()) // without an end of its own
			close(closed)
		}()
		for _, p := range append(peers, half) {
			p.expectClose(ws.StatusGoingAway)
			select {
			case <-closed:
				t.Fatal("the gateway has not waited")
			default:
			}
		}
		request.send(upgradeRequest)
		if r, err := http.ReadResponse(bufio.NewReader(request.conn), nil); err != nil || r.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("a request at the end gets %v, %v", r, err)
		}
		for _, p := range append(peers, half) {
			p.close()
		}
		<-closed
	})
}

// The end does not wait for ever: neither for one who does not read, nor for one
// who does not go.
func TestEndWithoutPatience(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		g := start(t, style, patientTimes)
		stays, stuck := dial(t, g.addr), dial(t, g.addr)
		g.await("clients", 2, g.live)
		var reads sync.WaitGroup
		reads.Go(func() { _, _ = io.Copy(io.Discard, stays.conn) })
		g.tell(strings.Repeat("x", 64<<20))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		g.end(ctx)
		reads.Wait()
		_ = stuck.conn.Close()
	})
}
