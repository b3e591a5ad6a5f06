package main

import (
	"time"

	"github.com/gobwas/ws"
)

// maxBehind is how many frames a client may be behind. One that is slower is
// closed, as is one that takes too long for a frame: a part of a frame can't be
// taken back, so there is none to leave out.
const maxBehind = 16

// ping asks a client that has been silent.
var ping = ws.MustCompileFrame(ws.NewPingFrame(nil))

// An outbox is what a client is to be sent: a part of the client, guarded by its
// mu. It is written by one goroutine at a time. So a slow client blocks one, and
// frames neither get mixed up nor overtake each other.
type outbox struct {
	writing bool     // somebody writes, or is about to
	pongs   []byte   // what he writes next
	behind  [][]byte // and after that
	last    bool     // no more is added
}

// A kind is what is done with a frame that has to wait.
type kind int

const (
	inTurn    kind = iota // it goes behind the others
	replacing             // it takes the place of the last one of its kind
	final                 // nothing goes behind it
)

// send sends a frame. It blocks for as long as the client does not take it, unless
// somebody else writes: then that one does.
func (c *client) send(frame []byte, k kind) {
	if c.post(frame, k) {
		c.write()
	}
}

// pong sends answers to pings. Where those before have not been sent yet, these
// are enough (RFC 6455, 5.5.3): so pings never pile up.
func (c *client) pong(frames []byte) { c.send(frames, replacing) }

// leave says goodbye after what is still to be sent. The client is read until it
// has ended, too.
func (c *client) leave(bye *goodbye) { c.send(bye.frame(), final) }

// leaving reports whether a goodbye has been said, or will be.
func (c *client) leaving() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.out.last
}

// post puts a frame into the outbox, which does not block. It reports true where
// nobody writes: the caller has to see that write is called.
func (c *client) post(frame []byte, k kind) bool {
	c.mu.Lock()
	kept := c.out.keep(frame, k)
	write := kept && !c.out.writing
	c.out.writing = c.out.writing || write
	c.mu.Unlock()
	if !kept {
		c.close()
	}
	return write
}

// keep reports false where there are too many frames already.
func (o *outbox) keep(frame []byte, k kind) bool {
	switch {
	case o.last:
		return true // and forgotten
	case k == replacing:
		o.pongs = frame
		return true
	case k == inTurn && len(o.behind) == maxBehind:
		return false
	}
	o.behind = append(o.behind, frame)
	o.last = k == final
	return true
}

// write writes what is in the outbox, and what is added meanwhile.
func (c *client) write() {
	for frame := c.following(); frame != nil; frame = c.following() {
		err := c.conn.SetWriteDeadline(time.Now().Add(c.gateway.times.write))
		if err == nil {
			_, err = c.conn.Write(frame)
		}
		if err != nil {
			c.close()
			return
		}
	}
}

// following returns what is to be written next. Where that is nothing, nobody
// writes any more.
func (c *client) following() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := &c.out
	if frames := o.pongs; frames != nil {
		o.pongs = nil
		return frames
	}
	if n := len(o.behind); n > 0 {
		frame := o.behind[0]
		copy(o.behind, o.behind[1:])
		o.behind[n-1] = nil
		o.behind = o.behind[:n-1]
		return frame
	}
	o.writing = false
	if o.last {
		_ = c.conn.CloseWrite() // where this fails, a Read does too
	}
	return nil
}
