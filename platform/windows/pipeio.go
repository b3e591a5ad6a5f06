//go:build windows

package windows

import (
	"io"
	"os"

	"github.com/rouse-io/rouse/platform/windows/internal/winapi"
	"golang.org/x/sys/windows"
)

// Read reads what there is, without blocking: where there is nothing the error is
// a bare windows.WSAEWOULDBLOCK, and at the end of the connection io.EOF. What the
// system says of a connection that was cut off is another error
// (ERROR_PIPE_NOT_CONNECTED): data may be lost.
//
// Where the Pipe reads messages, one at most is read. The parts of one that does
// not fit are read one by one, all but the last with an error that is
// windows.ERROR_MORE_DATA. An empty message is skipped.
func (p *Pipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.ready("ReadFile"); err != nil || len(b) == 0 {
		return 0, err
	}
	var there uint32
	if err := winapi.PeekNamedPipe(p.handle, nil, 0, nil, &there, nil); err != nil {
		return 0, readError("PeekNamedPipe", err)
	}
	if there == 0 {
		return 0, windows.WSAEWOULDBLOCK
	}
	o := &p.read
	o.buffer = b
	defer func() { o.buffer = nil }()
	err := o.begin()
	if err != nil {
		return 0, err
	}
	err = windows.ReadFile(p.handle, b, &o.n, &o.overlapped)
	if err == windows.ERROR_IO_PENDING {
		err = o.await() // what was there somebody else has read
	}
	err = o.begun(err)
	n := int(o.overlapped.InternalHigh)
	switch {
	case err == nil && n > 0:
		return n, nil
	case err == nil || err == windows.ERROR_OPERATION_ABORTED:
		return 0, windows.WSAEWOULDBLOCK
	case err == windows.ERROR_MORE_DATA:
		return n, os.NewSyscallError("ReadFile", err)
	}
	return 0, readError("ReadFile", err)
}

// readError is what a read says.
func readError(call string, err error) error {
	if err == windows.ERROR_BROKEN_PIPE {
		return io.EOF
	}
	return os.NewSyscallError(call, err)
}

// Write writes all of b, without blocking: b is copied first, and may be in
// flight when Write returns. While one is, the error of the next is a bare
// windows.WSAEWOULDBLOCK; it has ended when the Pipe is writable. The error of one
// that failed in flight is the next one's. Of one that failed at once the other end
// may have got a part: so much is returned.
//
// Where the Pipe writes messages b is one, an empty b too.
func (p *Pipe) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.ready("WriteFile"); err != nil {
		return 0, err
	}
	o := &p.write
	if o.flying {
		return 0, windows.WSAEWOULDBLOCK
	}
	if err := p.failed; err != nil {
		p.failed = nil
		return 0, err
	}
	if len(b) == 0 && !p.message {
		return 0, nil
	}
	defer p.shrink()
	o.buffer = append(o.buffer[:0], b...)
	err := o.begin()
	if err != nil {
		return 0, err
	}
	err = o.begun(windows.WriteFile(p.handle, o.buffer, &o.n, &o.overlapped))
	if err != nil && err != windows.ERROR_IO_PENDING {
		return int(o.overlapped.InternalHigh), named("WriteFile", err)
	}
	return len(b), nil
}

// writeEnded is told that the write in flight has ended.
func (p *Pipe) writeEnded(err error, stale bool) {
	if err != nil && !stale {
		p.failed = os.NewSyscallError("WriteFile", err)
	}
	p.shrink()
	p.look()
}

// shrink lets a large buffer go that is not in flight.
func (p *Pipe) shrink() {
	if o := &p.write; !o.flying && cap(o.buffer) > pipeBuffer {
		o.buffer = nil
	}
}

// ready returns why nothing can be read or written, or nil.
func (p *Pipe) ready(call string) error {
	switch {
	case p.closed:
		return os.ErrClosed
	case p.connected:
		return nil
	case p.connecting:
		return windows.WSAEWOULDBLOCK
	}
	return os.NewSyscallError(call, windows.ERROR_PIPE_NOT_CONNECTED)
}
