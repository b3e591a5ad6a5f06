//go:build windows

package windows

import (
	"slices"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// A pipeSource is the source for a Pipe in one poller. A request is answered by
// the Pipe as soon as anything holds that is asked for, and only once: what its
// operations find later is not known to whoever has the slot by then
// (RUSTSEC-2024-0019). All of it is guarded by the pipe's lock.
type pipeSource struct {
	pipe   *Pipe
	port   windows.Handle
	slot   uintptr
	asked  uint32 // 0 where there is no request, or it was answered
	events uint32 // of the answer
	posted bool   // the request was answered: a packet comes, or has come
}

// watch returns a source for the pipe, or nil where it was closed.
func (p *Pipe) watch(port windows.Handle) *pipeSource {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	s := &pipeSource{pipe: p, port: port}
	p.sources = append(p.sources, s)
	return s
}

func (s *pipeSource) mask() uint32 {
	return afdPollReceive | afdPollDisconnect | afdPollSend | afdPollLocalClose
}

func (s *pipeSource) stream() bool { return true }

func (s *pipeSource) watches(platform.Handle) (is, sure bool) {
	s.pipe.mu.Lock()
	defer s.pipe.mu.Unlock()
	return !s.pipe.closed, true
}

func (s *pipeSource) submit(slot uintptr, mask uint32) windows.NTStatus {
	p := s.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return windows.STATUS_INVALID_HANDLE
	}
	s.slot, s.asked, s.posted = slot, mask, false
	p.look()
	return 0
}

func (s *pipeSource) cancel() (bool, windows.NTStatus) {
	s.pipe.mu.Lock()
	defer s.pipe.mu.Unlock()
	s.asked = 0
	return s.posted, 0
}

func (s *pipeSource) result() (windows.NTStatus, uint32) {
	s.pipe.mu.Lock()
	defer s.pipe.mu.Unlock()
	return 0, s.events
}

func (s *pipeSource) release() {
	p := s.pipe
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sources = slices.DeleteFunc(p.sources, func(other *pipeSource) bool { return other == s })
	if !p.closed && !p.asks(toRead) {
		p.peek.cancel()
	}
}

// answer answers the request, if it asks for any of events.
func (s *pipeSource) answer(events uint32) {
	if s.asked&events != 0 {
		s.events, s.asked, s.posted = s.asked&events, 0, true
		_ = post(s.port, requestKey, s.slot)
	}
}

// What the requests ask for, of the sides of a pipe.
const (
	toRead  = afdPollReceive | afdPollDisconnect
	toWrite = afdPollSend
)

// asks reports whether anybody asks for any of events.
func (p *Pipe) asks(events uint32) bool {
	return slices.ContainsFunc(p.sources, func(s *pipeSource) bool { return s.asked&events != 0 })
}

// answer answers the requests that ask for any of events.
func (p *Pipe) answer(events uint32) {
	for _, s := range p.sources {
		s.answer(events)
	}
}

// look answers the requests for what holds. What does not is seen when an
// operation has ended.
func (p *Pipe) look() {
	switch {
	case p.connected:
		var events uint32
		if !p.write.flying {
			events |= toWrite
		}
		if p.asks(toRead) && !p.peek.flying {
			events |= p.startPeek()
		}
		p.answer(events)
	case p.failed != nil: // to connect, which the next Connect says
		p.answer(toRead | toWrite)
	}
}

// startPeek reads no bytes, which ends when there are any. It returns what is
// known at once.
func (p *Pipe) startPeek() uint32 {
	o := &p.peek
	err := o.begin()
	if err == nil {
		err = o.begun(windows.ReadFile(p.handle, nil, &o.n, &o.overlapped))
	}
	return peeked(err)
}

// peekEnded is told that there is something to read, or nobody to write it.
func (p *Pipe) peekEnded(err error, stale bool) {
	if !stale && err != windows.ERROR_OPERATION_ABORTED {
		p.answer(peeked(err))
	}
	p.look()
}

// peeked returns what a read of no bytes has said.
func peeked(err error) uint32 {
	switch err {
	case windows.ERROR_IO_PENDING:
		return 0
	case windows.ERROR_BROKEN_PIPE, windows.ERROR_PIPE_NOT_CONNECTED:
		return afdPollDisconnect
	}
	return afdPollReceive // a message, too, and what the next Read says
}
