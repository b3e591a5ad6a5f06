package main

import (
	"errors"
	"io"
	"sync"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// A buffer is what is read at once.
type buffer [64 << 10]byte

// buffers are those that no flow has at the moment. A flow has one while its
// receiver is slower than its sender, and none while it waits for its sender.
var buffers = sync.Pool{New: func() any { return new(buffer) }}

// A flow is one direction of a link. It is the Waker of its sender's reads and
// of its receiver's writes, and waits for one of them at a time: so it reads no
// more than can be written.
type flow struct {
	link     *link
	from, to *netio.Conn

	mu      sync.Mutex // the first step is not the loop's
	buffer  *buffer
	pending []byte // of buffer: what was read and is not yet written
	done    bool
}

// Wake forwards what there is.
func (f *flow) Wake() {
	f.mu.Lock()
	err := f.forward()
	f.mu.Unlock()
	// No lock is held here: both of these close connections, which wakes flows.
	switch {
	case errors.Is(err, reactor.ErrPending):
	case errors.Is(err, io.EOF):
		f.link.ended()
	default:
		f.link.fail()
	}
}

// forward reads and writes until it has to wait for one of them. Its error says
// for what, once: io.EOF at the end, or what went wrong.
func (f *flow) forward() error {
	if f.done {
		return reactor.ErrPending
	}
	for {
		err := f.write()
		if err == nil {
			err = f.read()
		}
		if errors.Is(err, reactor.ErrPending) {
			return err
		}
		if errors.Is(err, io.EOF) {
			if failed := f.to.CloseWrite(); failed != nil {
				err = failed
			}
		}
		if err != nil {
			f.done = true
			f.release()
			return err
		}
	}
}

// read fills a buffer, which it gives back where there is nothing to read: how
// often it is called in one turn of the loop is netio's budget.
func (f *flow) read() error {
	if f.buffer == nil {
		f.buffer = buffers.Get().(*buffer)
	}
	n, err := f.from.PollRead(f, f.buffer[:])
	f.pending = f.buffer[:n]
	if n == 0 {
		f.release()
	}
	return err
}

// write writes what is pending.
func (f *flow) write() error {
	for len(f.pending) > 0 {
		n, err := f.to.PollWrite(f, f.pending)
		f.pending = f.pending[n:]
		if err != nil {
			return err
		}
	}
	return nil
}

// release gives the buffer back.
func (f *flow) release() {
	if f.buffer != nil {
		buffers.Put(f.buffer)
		f.buffer, f.pending = nil, nil
	}
}
