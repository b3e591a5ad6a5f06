//go:build windows

package windows

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// A Pipe is an end of a named pipe that is used as a non-blocking socket is:
// Connect, Read and Write say would-block, native.WouldBlock, where they can't go
// on, and a reactor or a Poller tells when they can.
//
//	g, err := r.Register(pipe, reactor.Readable|reactor.Writable)
//	err = g.AsyncIO(ctx, reactor.Readable, func() (err error) {
//		n, err = pipe.Read(buf)
//		return err
//	})
//
// It is readable while there are data, and when the other end is closed, and
// writable while it is connected and no write is in flight. Priority is
// errors.ErrUnsupported. Watching it does not take data: while it is watched for
// reading, and there are none, a read of no bytes is in flight.
//
// All methods may be called from any goroutine. A Pipe must be closed: one that was
// forgotten stays open.
type Pipe struct {
	server  bool
	message bool // what is written is a message

	mu         sync.Mutex // after a table's; guards all below
	handle     windows.Handle
	connecting bool // Connect was called, and there is no client yet
	connected  bool
	closed     bool
	users      int   // of the handle: calls of Control
	failed     error // of a Connect or Write in flight, for the next one
	connect    operation
	peek       operation // the read of no bytes
	read       operation // which is never in flight
	write      operation
	sources    []*pipeSource
}

// pipeBuffer is what a pipe holds that nobody has read yet before a write does not
// end at once, for each direction; the system takes it as advice.
const pipeBuffer = 1 << 16

// ListenPipe makes the server's end of an instance of the pipe with a name, such
// as `\\.\pipe\name`, to which one client can connect. Who expects several makes
// several, one by one or in advance; they have one name.
//
// First says that there must be no instance of that name yet: else another
// program may have taken the name, and it is an error, windows.ERROR_ACCESS_DENIED.
//
// The pipe carries bytes, in both directions, and refuses clients on other
// machines; the system's default says who may connect. For anything else there is
// [NewPipe].
func ListenPipe(name string, first bool) (*Pipe, error) {
	path, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, os.NewSyscallError("CreateNamedPipe", err)
	}
	access := uint32(windows.PIPE_ACCESS_DUPLEX | windows.FILE_FLAG_OVERLAPPED)
	if first {
		access |= windows.FILE_FLAG_FIRST_PIPE_INSTANCE
	}
	h, err := windows.CreateNamedPipe(path, access, windows.PIPE_TYPE_BYTE|windows.PIPE_REJECT_REMOTE_CLIENTS,
		windows.PIPE_UNLIMITED_INSTANCES, pipeBuffer, pipeBuffer, 0, nil)
	if err != nil {
		return nil, os.NewSyscallError("CreateNamedPipe", err)
	}
	return newPipe(h)
}

// DialPipe connects to an instance of the pipe with a name, which may learn who
// it is but not act for it. Where all are taken it is an error,
// windows.ERROR_PIPE_BUSY, which nothing tells the end of; where there is none it
// is os.ErrNotExist.
func DialPipe(name string) (*Pipe, error) {
	path, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, os.NewSyscallError("CreateFile", err)
	}
	const identification = windows.SECURITY_SQOS_PRESENT | windows.SECURITY_IDENTIFICATION
	h, err := windows.CreateFile(path, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil,
		windows.OPEN_EXISTING, windows.FILE_FLAG_OVERLAPPED|identification, 0)
	if err != nil {
		return nil, os.NewSyscallError("CreateFile", err)
	}
	return newPipe(h)
}

// newPipe is NewPipe for a handle that was just opened.
func newPipe(h windows.Handle) (*Pipe, error) {
	p, err := NewPipe(platform.Handle(h))
	if err != nil {
		_ = windows.CloseHandle(h)
		return nil, err
	}
	return p, nil
}

// NewPipe makes a Pipe of the handle of either end of a named pipe, and takes it
// over. It must have been opened with FILE_FLAG_OVERLAPPED, and with the right
// FILE_READ_ATTRIBUTES, and not be in the mode PIPE_NOWAIT; it may be bound to a
// completion port, which gets no packets of the Pipe's. A server's end is taken
// for one that is not connected, so that it begins with Connect.
//
// A handle of anything else is platform.ErrNotPollable, one that was not opened so
// platform.ErrInvalid, and one that is a Pipe's platform.ErrExists. Then it is
// still the caller's.
func NewPipe(h platform.Handle) (*Pipe, error) {
	var flags uint32
	handle := windows.Handle(h)
	if err := windows.GetNamedPipeInfo(handle, &flags, nil, nil, nil); err != nil {
		e := &platform.Error{Op: "open", Handle: h, Err: os.NewSyscallError("GetNamedPipeInfo", err)}
		if !isScarce(err) {
			e.Kind = platform.ErrNotPollable
		}
		return nil, e
	}
	// A call would hold up its thread.
	var mode uint32
	var iosb windows.IO_STATUS_BLOCK
	buf, size := (*byte)(unsafe.Pointer(&mode)), uint32(unsafe.Sizeof(mode))
	if err := windows.NtQueryInformationFile(handle, &iosb, buf, size, fileModeInformation); err != nil {
		return nil, &platform.Error{Op: "open", Handle: h, Err: os.NewSyscallError("NtQueryInformationFile", err)}
	}
	if mode&(windows.FILE_SYNCHRONOUS_IO_ALERT|windows.FILE_SYNCHRONOUS_IO_NONALERT) != 0 {
		return nil, platform.Invalid("open", h, "NtQueryInformationFile")
	}
	p := &Pipe{
		handle:  handle,
		server:  flags&windows.PIPE_SERVER_END != 0,
		message: flags&windows.PIPE_TYPE_MESSAGE != 0,
	}
	p.connected = !p.server
	p.connect = operation{pipe: p, ended: p.connectEnded}
	p.peek = operation{pipe: p, ended: p.peekEnded}
	p.read = operation{pipe: p}
	p.write = operation{pipe: p, ended: p.writeEnded}
	if !pipes.add(p) {
		return nil, &platform.Error{Op: "open", Handle: h, Kind: platform.ErrExists}
	}
	return p, nil
}

// Connect waits for a client at a server's end: it says would-block until there
// is one, for which the Pipe becomes writable, and then nil. A client that has
// gone again already is one, too. It must be called once before the other end is
// waited for; a client's end is connected from the start.
//
//	err := pipe.Connect()
//	if err == native.WouldBlock {
//		_, err = g.Readiness(ctx, reactor.Writable)
//	}
func (p *Pipe) Connect() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch err := p.failed; {
	case p.closed:
		return os.ErrClosed
	case p.connected:
		return nil
	case err != nil:
		p.failed = nil
		return err
	case p.connecting:
		return windows.WSAEWOULDBLOCK
	}
	p.connecting = true
	return p.startConnect()
}

// startConnect waits for a client, if none is there.
func (p *Pipe) startConnect() error {
	o := &p.connect
	if o.flying {
		return windows.WSAEWOULDBLOCK // one that was disowned has yet to end
	}
	err := o.begin()
	if err == nil {
		err = o.begun(windows.ConnectNamedPipe(p.handle, &o.overlapped))
	}
	switch err {
	case windows.ERROR_IO_PENDING:
		return windows.WSAEWOULDBLOCK
	// It is there; it was there, and what it wrote can be read.
	case nil, windows.ERROR_PIPE_CONNECTED, windows.ERROR_NO_DATA:
		p.connecting, p.connected = false, true
		p.look()
		return nil
	}
	p.connecting = false
	return named("ConnectNamedPipe", err)
}

// connectEnded is told that a client has come, or of an error.
func (p *Pipe) connectEnded(err error, stale bool) {
	if !p.connecting {
		return
	}
	switch {
	case stale || err == windows.ERROR_OPERATION_ABORTED:
		err = p.startConnect()
		if err == windows.WSAEWOULDBLOCK {
			return
		}
	case err != nil:
		p.connecting = false
		err = os.NewSyscallError("ConnectNamedPipe", err)
	default:
		p.connecting, p.connected = false, true
	}
	p.failed = err
	p.look()
}

// Disconnect ends the connection of a server's end, or the wait for one, so that
// another client can connect. What the client has not read is lost, a write in
// flight too: it reads an error instead.
//
// What a registration was told of the end of a connection is final. Deregister it
// before, and register the Pipe anew for the next client.
func (p *Pipe) Disconnect() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	// One that waits for a client may say so: there was none to part from.
	if err := windows.DisconnectNamedPipe(p.handle); err != nil && err != windows.ERROR_PIPE_LISTENING {
		return os.NewSyscallError("DisconnectNamedPipe", err)
	}
	for _, o := range []*operation{&p.connect, &p.peek, &p.write} {
		o.disown()
	}
	p.connect.cancel() // where it goes on all the same
	p.connecting, p.connected, p.failed = false, false, nil
	return nil
}

// Close closes the Pipe. Whoever watches it is told no more. What was written and
// not read yet stays readable for the other end, and a write in flight goes on:
// the system's handle is closed when that has ended, because all of it was read
// or because the other end was closed. A program that ends before loses the rest:
// who cares waits until the Pipe is writable.
//
// Every later call returns os.ErrClosed.
func (p *Pipe) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return os.ErrClosed
	}
	p.closed = true
	pipes.remove(p)
	p.answer(afdPollLocalClose)
	for _, o := range []*operation{&p.connect, &p.peek, &p.read} {
		o.cancel()
		o.free()
	}
	p.write.free()
	p.leave()
	return nil
}

// leave closes the handle of a Pipe that was closed, once nobody needs it.
func (p *Pipe) leave() {
	if p.closed && p.users == 0 && !p.write.flying && p.handle != windows.InvalidHandle {
		_ = windows.CloseHandle(p.handle)
		p.handle = windows.InvalidHandle
	}
}

// SyscallConn returns what a reactor registers. Its Control calls a function with
// the handle, which stays open meanwhile; its Read and Write are
// errors.ErrUnsupported, as they would have to wait.
func (p *Pipe) SyscallConn() (syscall.RawConn, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, os.ErrClosed
	}
	return rawPipe{p}, nil
}

// rawPipe is a Pipe as a syscall.RawConn.
type rawPipe struct{ *Pipe }

func (r rawPipe) Control(f func(fd uintptr)) error {
	p := r.Pipe
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return os.ErrClosed
	}
	p.users++
	h := p.handle
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.users--
		p.leave()
	}()
	f(uintptr(h))
	return nil
}

func (rawPipe) Read(func(fd uintptr) bool) error { return errors.ErrUnsupported }

func (rawPipe) Write(func(fd uintptr) bool) error { return errors.ErrUnsupported }

// pipes are all that are open: a Poller finds them by their handles.
var pipes pipeTable

type pipeTable struct {
	mu sync.RWMutex
	of map[platform.Handle]*Pipe
}

// add reports false where the handle is another's already.
func (t *pipeTable) add(p *Pipe) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	h := platform.Handle(p.handle)
	if t.of[h] != nil {
		return false
	}
	if t.of == nil {
		t.of = make(map[platform.Handle]*Pipe)
	}
	t.of[h] = p
	return true
}

func (t *pipeTable) remove(p *Pipe) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.of, platform.Handle(p.handle))
}

func (t *pipeTable) get(h platform.Handle) *Pipe {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.of[h]
}
