package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/gobwas/ws"
)

// maxFrame is the largest frame that a client may send, in bytes. It is not kept,
// so this only limits for how long one may go on.
const maxFrame = 1 << 20

// maxBegun is the most that is kept of a frame: its header and, of a control
// frame, the payload.
const maxBegun = ws.MaxHeaderSize + ws.MaxControlFramePayloadSize

// An inbox takes what a client sends, in whatever pieces it comes, so that nobody
// has to wait for the rest of a frame. Messages are counted and not kept: this
// gateway speaks, and only listens for pings and the end.
type inbox struct {
	begun      []byte // a header or control frame of which the rest is missing; nil nearly always
	missing    int64  // bytes of a message's frame
	fragmented bool   // a message goes on in another frame
}

// A delivered is what a piece has brought.
type delivered struct {
	frames   int    // that have ended
	messages int    // that have ended
	pongs    []byte // the answers to pings
}

// unfinished reports whether the rest of something is missing.
func (in *inbox) unfinished() bool { return in.begun != nil || in.missing > 0 || in.fragmented }

// take takes a piece, and changes it. The error is a *goodbye: the client wants to
// leave, or has to.
func (in *inbox) take(p []byte) (d delivered, err error) {
	for len(p) > 0 {
		if in.missing > 0 {
			n := min(in.missing, int64(len(p)))
			in.missing -= n
			p = p[n:]
			in.ended(&d)
			continue
		}
		frame, kept := p, len(in.begun)
		if kept > 0 {
			in.begun = append(in.begun, p[:min(len(p), maxBegun-kept)]...)
			frame = in.begun
		}
		n, err := in.begin(frame, &d)
		if err != nil {
			return d, err
		}
		if n == 0 {
			// All of p is in it: maxBegun bytes would have been enough.
			if kept == 0 {
				frame = bytes.Clone(frame) // the buffer is another client's next
			}
			in.begun = frame
			return d, nil
		}
		in.begun = nil
		p = p[n-kept:]
	}
	return d, nil
}

// begin takes a header, and the whole of a control frame. It returns how many
// bytes that was: 0 where some are missing.
func (in *inbox) begin(frame []byte, d *delivered) (int, error) {
	r := bytes.NewReader(frame)
	h, err := ws.ReadHeader(r)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, nil
	}
	if err == nil {
		err = ws.CheckHeader(h, in.state())
	}
	if err != nil {
		return 0, &goodbye{ws.StatusProtocolError, err.Error()}
	}
	if h.Length > maxFrame {
		return 0, &goodbye{ws.StatusMessageTooBig, fmt.Sprintf("frame of more than %d bytes", maxFrame)}
	}
	n := len(frame) - r.Len()
	if h.OpCode.IsData() {
		in.missing, in.fragmented = h.Length, !h.Fin
		in.ended(d)
		return n, nil
	}
	if int64(r.Len()) < h.Length {
		return 0, nil
	}
	payload := frame[n:][:h.Length]
	ws.Cipher(payload, h.Mask, 0)
	d.frames++
	return n + len(payload), d.control(h.OpCode, payload)
}

func (in *inbox) state() ws.State {
	if in.fragmented {
		return ws.StateServerSide | ws.StateFragmented
	}
	return ws.StateServerSide
}

// ended counts a frame of a message, if that was all of it.
func (in *inbox) ended(d *delivered) {
	if in.missing > 0 {
		return
	}
	d.frames++
	if !in.fragmented {
		d.messages++
	}
}

// control answers a control frame.
func (d *delivered) control(op ws.OpCode, payload []byte) error {
	switch op {
	case ws.OpPing:
		d.pongs = append(d.pongs, ws.MustCompileFrame(ws.NewPongFrame(payload))...)
	case ws.OpClose:
		return answer(payload)
	}
	return nil
}
