package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"time"

	"github.com/gobwas/ws"
)

// A member is one client of a crowd. One goroutine reads it at a time.
type member struct {
	conn  *net.TCPConn
	first *bufio.Reader // what came together with the answer to the upgrade; or nil
	round int           // guarded by the crowd's mu
}

// dialMember connects.
func dialMember(ctx context.Context, addr string) (*member, error) {
	dialer := ws.Dialer{Timeout: patience}
	conn, first, _, err := dialer.Dial(ctx, "ws://"+addr+"/")
	if err != nil {
		return nil, err
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(errors.ErrUnsupported, conn.Close())
	}
	return &member{conn: tcp, first: first}, nil
}

// early reads the frames that have come with the answer to the upgrade.
func (m *member) early(got func(*member, ws.OpCode)) error {
	if m.first == nil {
		return nil
	}
	for m.first.Buffered() > 0 {
		if err := m.frame(m.first, got); err != nil {
			return err
		}
	}
	ws.PutReader(m.first)
	m.first = nil
	return nil
}

// read reads a frame, of which there is something to read.
func (m *member) read(got func(*member, ws.OpCode)) error {
	return m.frame(m.conn, got)
}

func (m *member) frame(r io.Reader, got func(*member, ws.OpCode)) error {
	if err := m.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	h, err := ws.ReadHeader(r)
	if err != nil {
		return err
	}
	if err := ws.CheckHeader(h, ws.StateClientSide); err != nil {
		return err
	}
	payload := make([]byte, min(h.Length, maxFrame))
	if _, err := io.ReadFull(r, payload); err != nil {
		return err
	}
	got(m, h.OpCode)
	switch h.OpCode {
	case ws.OpPing:
		return m.write(ws.NewPongFrame(payload))
	case ws.OpClose:
		return io.EOF
	}
	return nil
}

// ping asks for a pong.
func (m *member) ping() error { return m.write(ws.NewPingFrame([]byte("?"))) }

func (m *member) write(f ws.Frame) error {
	if err := m.conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := m.conn.Write(ws.MustCompileFrame(ws.MaskFrameInPlace(f)))
	return err
}
