package main

import (
	"bytes"
	"errors"
	"io"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// messageSize is the size of a message in bytes.
const messageSize = 64

// pattern is what clients send, again and again; it is longer than any read, so
// that what comes back is compared in one go.
var pattern = func() []byte {
	message := make([]byte, messageSize)
	for i := range message {
		message[i] = byte('0' + i)
	}
	return bytes.Repeat(message, readSize/messageSize+1)
}()

// readSize is the most that a client reads at once.
const readSize = 4096

// A client is one connection of the load generator. Its loop owns it.
type client struct {
	handle platform.Handle
	token  platform.Token
	unsent int     // bytes that are due and have not been written
	got    int     // bytes of the answer under way
	due    []int64 // when each message that has no answer yet was due, in ns since the loop began
	first  int     // index in due of the oldest
	gone   bool
}

// post makes a message due at the given moment.
func (c *client) post(at int64) {
	if c.first == len(c.due) {
		c.due, c.first = c.due[:0], 0
	}
	c.due = append(c.due, at)
	c.unsent += messageSize
}

// waiting is the number of messages that have no answer.
func (c *client) waiting() int { return len(c.due) - c.first }

// flush writes what is due, as far as the socket takes it. An event says when it
// takes more.
func (c *client) flush() error {
	for c.unsent > 0 {
		start := -c.unsent & (messageSize - 1)
		n, err := native.Write(c.handle, pattern[start:min(start+c.unsent, len(pattern))])
		switch {
		case err == nil:
			c.unsent -= n
		case errors.Is(err, native.WouldBlock):
			return nil
		default:
			// A connect that was refused says so here.
			if reason := sock.Err(c.handle); reason != nil {
				return reason
			}
			return err
		}
	}
	return nil
}

// receive reads answers into buf, and returns when each message that is answered
// now was due, also with an error; they are valid until the next post. It stops
// when no answer is missing: the next one makes a new event, so there is no need
// to read until would-block.
func (c *client) receive(buf []byte) (answered []int64, err error) {
	first := c.first
	for err == nil && c.waiting() > 0 {
		err = c.read(buf[:readSize])
	}
	if errors.Is(err, native.WouldBlock) {
		err = nil
	}
	return c.due[first:c.first], err
}

// read reads once.
func (c *client) read(buf []byte) error {
	n, err := native.Read(c.handle, buf)
	got := c.got + n
	switch {
	case err != nil:
		return err
	case n == 0:
		return io.ErrUnexpectedEOF
	case !bytes.Equal(buf[:n], pattern[c.got:got]):
		return errors.New("the answer is not what was sent")
	case got/messageSize > c.waiting():
		return errors.New("the answer is more than what was sent")
	}
	c.first += got / messageSize
	c.got = got % messageSize
	return nil
}
