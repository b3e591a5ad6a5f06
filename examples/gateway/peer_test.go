package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"github.com/rouse-io/rouse/reactor"
)

// everyStyle runs a test for each style.
func everyStyle(t *testing.T, test func(t *testing.T, style string)) {
	for _, style := range []string{styleParked, styleGoroutine} {
		t.Run(style, func(t *testing.T) {
			if style == styleParked {
				needPoller(t)
			}
			test(t, style)
		})
	}
}

// needPoller skips a test where there is no adapter for this system.
func needPoller(t *testing.T) {
	t.Helper()
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

// A peer is a client of a gateway under test, down to the bytes.
type peer struct {
	t    testing.TB
	conn *net.TCPConn
	r    *bufio.Reader
}

// dial connects a WebSocket. It is closed with the test.
func dial(t testing.TB, addr string) *peer {
	t.Helper()
	p := connect(t, addr)
	p.upgrade("")
	return p
}

// connect connects, and sends nothing.
func connect(t testing.TB, addr string) *peer {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(limit)); err != nil {
		t.Fatal(err)
	}
	return &peer{t: t, conn: c.(*net.TCPConn), r: bufio.NewReader(c)}
}

const upgradeRequest = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"

// upgrade asks for a WebSocket, and sends more at once.
func (p *peer) upgrade(more string) {
	p.t.Helper()
	p.send(upgradeRequest + more)
	status, err := p.r.ReadString('\n')
	if err != nil || status != "HTTP/1.1 101 Switching Protocols\r\n" {
		p.t.Fatalf("the upgrade's answer is %q, %v", status, err)
	}
	for line := status; line != "\r\n"; {
		if line, err = p.r.ReadString('\n'); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *peer) send(s string) {
	p.t.Helper()
	if _, err := io.WriteString(p.conn, s); err != nil {
		p.t.Fatal(err)
	}
}

// masked is a frame as a client sends it.
func masked(op ws.OpCode, fin bool, payload string) string {
	return string(ws.MustCompileFrame(ws.MaskFrameInPlaceWith(ws.NewFrame(op, fin, []byte(payload)), [4]byte{1, 2, 3, 4})))
}

// frame reads a frame.
func (p *peer) frame() (ws.OpCode, string) {
	p.t.Helper()
	h, err := ws.ReadHeader(p.r)
	if err == nil {
		err = ws.CheckHeader(h, ws.StateClientSide)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	payload := make([]byte, h.Length)
	if _, err := io.ReadFull(p.r, payload); err != nil {
		p.t.Fatal(err)
	}
	return h.OpCode, string(payload)
}

func (p *peer) expect(op ws.OpCode, payload string) {
	p.t.Helper()
	if gotOp, got := p.frame(); gotOp != op || got != payload {
		p.t.Fatalf("got a frame of type %d with %.99q, want type %d with %.99q", gotOp, got, op, payload)
	}
}

// text reads a broadcast.
func (p *peer) text() string {
	p.t.Helper()
	op, text := p.frame()
	if op != ws.OpText {
		p.t.Fatalf("got a frame of type %d with %q", op, text)
	}
	return text
}

// ping sends a ping and gets the answer.
func (p *peer) ping(payload string) {
	p.t.Helper()
	p.send(masked(ws.OpPing, true, payload))
	p.expect(ws.OpPong, payload)
}

// expectClose reads until the close frame, which has that code, and the end of
// the stream behind it: nothing is reset.
func (p *peer) expectClose(code ws.StatusCode) {
	p.t.Helper()
	for {
		op, payload := p.frame()
		if op != ws.OpClose {
			continue
		}
		if got, reason := ws.ParseCloseFrameData([]byte(payload)); got != code {
			p.t.Fatalf("closed with %d %s, want %d", got, reason, code)
		}
		break
	}
	p.expectEOF()
}

func (p *peer) expectEOF() {
	p.t.Helper()
	if b, err := p.r.ReadByte(); err != io.EOF {
		p.t.Fatalf("read %v, %v, want the end", b, err)
	}
}

func (p *peer) close() { _ = p.conn.Close() }
