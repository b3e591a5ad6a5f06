//go:build windows

package windows

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/internal/handles"
	"golang.org/x/sys/windows"
)

var lastPipe atomic.Uint32

// pipeName returns a name that nobody else has.
func pipeName() string {
	return fmt.Sprintf(`\\.\pipe\rouse-%d-%d`, os.Getpid(), lastPipe.Add(1))
}

// closing closes a Pipe at the end of a test that has not.
func closing(t testing.TB, p *Pipe, err error) *Pipe {
	t.Helper()
	need(t, err)
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func listenPipe(t testing.TB, name string) *Pipe {
	t.Helper()
	p, err := ListenPipe(name, false)
	return closing(t, p, err)
}

func dialPipe(t testing.TB, name string) *Pipe {
	t.Helper()
	p, err := DialPipe(name)
	return closing(t, p, err)
}

// pipePair returns the two ends of a connection.
func pipePair(t testing.TB) (server, client *Pipe) {
	t.Helper()
	name := pipeName()
	server, client = listenPipe(t, name), dialPipe(t, name)
	need(t, server.Connect())
	return server, client
}

// messagePair returns the two ends of a connection that carries messages.
func messagePair(t testing.TB) (server, client *Pipe) {
	t.Helper()
	name := pipeName()
	path, err := windows.UTF16PtrFromString(name)
	need(t, err)
	h, err := windows.CreateNamedPipe(path, windows.PIPE_ACCESS_DUPLEX|windows.FILE_FLAG_OVERLAPPED,
		windows.PIPE_TYPE_MESSAGE|windows.PIPE_READMODE_MESSAGE, 1, pipeBuffer, pipeBuffer, 0, nil)
	need(t, err)
	server, err = NewPipe(platform.Handle(h))
	closing(t, server, err)
	client = dialPipe(t, name)
	mode := uint32(windows.PIPE_READMODE_MESSAGE)
	need(t, windows.SetNamedPipeHandleState(client.handle, &mode, nil, nil))
	need(t, server.Connect())
	return server, client
}

// value is the handle of a Pipe that is open.
func value(t testing.TB, p *Pipe) (h platform.Handle) {
	t.Helper()
	conn, err := p.SyscallConn()
	need(t, err)
	need(t, conn.Control(func(fd uintptr) { h = platform.Handle(fd) }))
	return h
}

// reads checks what the next read says.
func reads(t testing.TB, p *Pipe, size int, want string, wantErr error) {
	t.Helper()
	b := make([]byte, size)
	n, err := p.Read(b)
	if string(b[:n]) != want || !errors.Is(err, wantErr) || (err == nil) != (wantErr == nil) {
		t.Fatalf("read %q, %v, want %q, %v", b[:n], err, want, wantErr)
	}
}

func writes(t testing.TB, p *Pipe, b string) {
	t.Helper()
	if n, err := p.Write([]byte(b)); n != len(b) || err != nil {
		t.Fatalf("wrote %d, %v", n, err)
	}
}

// fill writes until a write is in flight, and returns how much that was.
func fill(t testing.TB, p *Pipe) int {
	t.Helper()
	block := make([]byte, pipeBuffer)
	for sum := 0; ; {
		n, err := p.Write(block)
		sum += n
		if err == windows.WSAEWOULDBLOCK {
			return sum
		}
		need(t, err)
		if sum > 1000*pipeBuffer {
			t.Fatal("a pipe takes everything")
		}
	}
}

// A server's end is writable once there is a client, whichever came first:
// Connect, Add, or the client.
func TestPipeConnect(t *testing.T) {
	type step func(r *rig, name string, p *Pipe)
	connect := func(r *rig, _ string, p *Pipe) {
		if err := p.Connect(); err != nil && err != windows.WSAEWOULDBLOCK {
			r.Fatal(err)
		}
	}
	dial := func(r *rig, name string, _ *Pipe) { dialPipe(r, name) }
	add := func(r *rig, _ string, p *Pipe) {
		r.add(value(r, p), 1, readable|writable, platform.Edge)
		r.collect(1, 0)
	}
	for name, steps := range map[string][]step{
		"connect, dial, add": {connect, dial, add},
		"connect, add, dial": {connect, add, dial},
		"add, connect, dial": {add, connect, dial},
		"dial, connect, add": {dial, connect, add},
		"dial, add, connect": {dial, add, connect},
		"add, dial, connect": {add, dial, connect},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			path := pipeName()
			p := listenPipe(t, path)
			for i, step := range steps {
				if i < 2 {
					r.quiet()
				}
				step(r, path, p)
			}
			r.await(1, isWrite)
			r.quiet()
			need(t, p.Connect())
			need(t, p.Connect())
			reads(t, p, 1, "", windows.WSAEWOULDBLOCK)
			r.delete(value(t, p))
		})
	}
}

// Connect says would-block until there is a client, and what else can't go on
// before there is one says so too.
func TestPipeNotConnected(t *testing.T) {
	name := pipeName()
	p := listenPipe(t, name)
	reads(t, p, 1, "", windows.ERROR_PIPE_NOT_CONNECTED)
	if n, err := p.Write([]byte("x")); n != 0 || !errors.Is(err, windows.ERROR_PIPE_NOT_CONNECTED) {
		t.Errorf("write: %d, %v", n, err)
	}
	for range 3 {
		if err := p.Connect(); err != windows.WSAEWOULDBLOCK {
			t.Fatalf("connect: %v", err)
		}
	}
	reads(t, p, 1, "", windows.WSAEWOULDBLOCK)
	if n, err := p.Write([]byte("x")); n != 0 || err != windows.WSAEWOULDBLOCK {
		t.Errorf("write: %d, %v", n, err)
	}
	r := newRig(t)
	w := r.waiting(1)
	r.add(value(t, p), 1, writable, platform.Edge)
	dialPipe(t, name)
	w.reports(1, isWrite)
	need(t, p.Connect())
	writes(t, p, "x")
}

// A client that has gone again was one: what it wrote can be read.
func TestPipeClientGone(t *testing.T) {
	name := pipeName()
	p, client := listenPipe(t, name), dialPipe(t, name)
	writes(t, client, "hello")
	need(t, client.Close())
	need(t, p.Connect())
	r := newRig(t)
	r.add(value(t, p), 1, readable, platform.Level)
	r.await(1, isRead)
	reads(t, p, 10, "hello", nil)
	r.await(1, isRead|platform.ReadyReadClosed)
	reads(t, p, 10, "", io.EOF)
}

// It is readable when there are data, by edges: not again before a read would
// block and Rearm asks.
func TestPipeReadable(t *testing.T) {
	for _, waiting := range []bool{false, true} {
		r := newRig(t)
		p, peer := pipePair(t)
		h := value(t, p)
		r.add(h, 1, readable, platform.Edge)
		r.quiet()
		for range 3 {
			reads(t, p, 4, "", windows.WSAEWOULDBLOCK)
			if waiting {
				w := r.waiting(4)
				writes(t, peer, "hello")
				w.reports(1, isRead)
			} else {
				writes(t, peer, "hello")
				r.await(1, isRead)
			}
			reads(t, p, 4, "hell", nil)
			r.quiet()
			r.rearm(h, 1, readable) // too early: there are more
			r.await(1, isRead)
			reads(t, p, 4, "o", nil)
			reads(t, p, 4, "", windows.WSAEWOULDBLOCK)
			r.rearm(h, 1, readable)
			r.quiet()
		}
		r.delete(h)
		writes(t, peer, "x")
		r.quiet()
		r.add(h, 2, readable, platform.Edge)
		r.await(2, isRead)
	}
}

func TestPipeLevel(t *testing.T) {
	r := newRig(t)
	p, peer := pipePair(t)
	h := value(t, p)
	r.add(h, 1, readable, platform.Level)
	r.quiet()
	for range 3 {
		writes(t, peer, "x")
		for range 3 {
			r.await(1, isRead)
		}
		reads(t, p, 1, "x", nil)
		r.collect(4, 0) // the last report may have been on its way
		clear(r.got)
		r.quiet()
	}
}

func TestPipeOneShot(t *testing.T) {
	r := newRig(t)
	p, peer := pipePair(t)
	h := value(t, p)
	r.add(h, 1, readable|writable, platform.OneShot)
	r.await(1, isWrite)
	writes(t, peer, "x")
	r.quiet()
	r.modify(h, 2, readable, platform.OneShot)
	r.await(2, isRead)
	writes(t, peer, "x")
	r.quiet()
}

// It is writable while no write is in flight; what is in flight arrives whole.
func TestPipeWritable(t *testing.T) {
	for _, waiting := range []bool{false, true} {
		r := newRig(t)
		p, peer := pipePair(t)
		h := value(t, p)
		r.add(h, 1, writable, platform.Edge)
		r.await(1, isWrite)
		for range 3 {
			sum := fill(t, p)
			r.rearm(h, 1, writable)
			r.quiet()
			read := func() {
				b := make([]byte, sum)
				for n := 0; n < sum; {
					k, err := peer.Read(b[n:])
					n += k
					if err == windows.WSAEWOULDBLOCK {
						runtime.Gosched() // the rest is on its way
					} else if err != nil {
						t.Fatal(err)
					}
				}
				reads(t, peer, 1, "", windows.WSAEWOULDBLOCK)
			}
			if waiting {
				w := r.waiting(4)
				read()
				w.reports(1, isWrite)
			} else {
				read()
				r.await(1, isWrite)
			}
			r.quiet()
		}
	}
}

// The end of the other side is the end for good; what it wrote before comes
// first.
func TestPipeEnd(t *testing.T) {
	for _, unread := range []string{"", "unread"} {
		for _, byServer := range []bool{false, true} {
			for _, before := range []bool{false, true} {
				t.Run(fmt.Sprintf("%q,server=%v,before=%v", unread, byServer, before), func(t *testing.T) {
					r := newRig(t)
					peer, p := pipePair(t)
					if !byServer {
						p, peer = peer, p
					}
					h := value(t, p)
					if !before {
						r.add(h, 1, readable, platform.Edge)
						r.quiet()
					}
					if unread != "" {
						writes(t, peer, unread)
					}
					need(t, peer.Close())
					if before {
						r.add(h, 1, readable, platform.Edge)
					}
					if unread != "" {
						r.await(1, isRead)
						reads(t, p, 10, unread, nil)
						r.rearm(h, 1, readable)
					}
					r.await(1, isRead|platform.ReadyReadClosed)
					reads(t, p, 10, "", io.EOF)
					reads(t, p, 10, "", io.EOF)
					if n, err := p.Write([]byte("x")); n != 0 || err == nil {
						t.Errorf("write: %d, %v", n, err)
					}
					r.modify(h, 1, writable, platform.Edge)
					r.await(1, isWrite) // it fails, and does not block
				})
			}
		}
	}
}

// A write that is in flight when the other end is closed fails: the next one says
// so.
func TestPipeWriteBroken(t *testing.T) {
	r := newRig(t)
	p, peer := pipePair(t)
	fill(t, p)
	r.add(value(t, p), 1, writable, platform.Edge)
	r.quiet()
	need(t, peer.Close())
	r.await(1, isWrite)
	for range 2 {
		if n, err := p.Write([]byte("x")); n != 0 || err == nil || err == windows.WSAEWOULDBLOCK {
			t.Errorf("write: %d, %v", n, err)
		}
	}
}

// Messages keep their bounds, and say when they did not fit. An empty one is
// skipped, wherever it is.
func TestPipeMessages(t *testing.T) {
	r := newRig(t)
	p, peer := messagePair(t)
	h := value(t, p)
	r.add(h, 1, readable, platform.Edge)
	r.quiet()
	writes(t, peer, "hello")
	writes(t, peer, "world")
	r.await(1, isRead)
	reads(t, p, 10, "hello", nil)
	reads(t, p, 3, "wor", windows.ERROR_MORE_DATA)
	reads(t, p, 3, "ld", nil)
	reads(t, p, 3, "", windows.WSAEWOULDBLOCK)
	r.rearm(h, 1, readable)
	r.quiet()
	writes(t, peer, "")
	writes(t, peer, "")
	writes(t, peer, "x")
	for {
		r.await(1, isRead)
		b := make([]byte, 3)
		n, err := p.Read(b)
		if err == windows.WSAEWOULDBLOCK {
			r.rearm(h, 1, readable)
			continue
		}
		if n != 1 || err != nil {
			t.Fatalf("read: %d, %v", n, err)
		}
		break
	}
	reads(t, p, 3, "", windows.WSAEWOULDBLOCK)
	writes(t, p, "back")
	reads(t, peer, 10, "back", nil)
}

// A read and a write of nothing are nothing.
func TestPipeEmpty(t *testing.T) {
	p, peer := pipePair(t)
	r := newRig(t)
	r.add(value(t, p), 1, readable, platform.Edge)
	r.quiet()
	for _, b := range [][]byte{nil, {}} {
		if n, err := peer.Write(b); n != 0 || err != nil {
			t.Errorf("write: %d, %v", n, err)
		}
		if n, err := p.Read(b); n != 0 || err != nil {
			t.Errorf("read: %d, %v", n, err)
		}
	}
	r.quiet()
}

// Disconnect makes room for another client, and nothing of the one before is
// reported of it.
func TestPipeDisconnect(t *testing.T) {
	name := pipeName()
	p := listenPipe(t, name)
	r := newRig(t)
	need(t, p.Disconnect()) // nobody, and nobody waited for
	if err := p.Connect(); err != windows.WSAEWOULDBLOCK {
		t.Fatal(err)
	}
	need(t, p.Disconnect())
	h := value(t, p)
	for i := range 20 {
		if err := p.Connect(); err != windows.WSAEWOULDBLOCK {
			t.Fatalf("connect: %v", err)
		}
		r.add(h, platform.Token(i), readable|writable, platform.Edge)
		r.quiet()
		client := dialPipe(t, name)
		awaitOpen(r, platform.Token(i), isWrite)
		need(t, p.Connect())
		writes(t, client, "hello")
		awaitOpen(r, platform.Token(i), isRead)
		if i%2 == 0 {
			fill(t, p)
		}
		need(t, p.Disconnect())
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, windows.ERROR_PIPE_NOT_CONNECTED) {
			t.Fatalf("the client reads: %v", err)
		}
		r.delete(h)
		r.quiet()
	}
}

// awaitOpen is await where nothing has come to an end.
func awaitOpen(r *rig, t platform.Token, want platform.Ready) {
	r.Helper()
	for end := time.Now().Add(patience); !r.got[t].Has(want) && time.Now().Before(end); {
		r.collect(64, patience)
	}
	if is := r.got[t]; !is.Has(want) || is.IsReadClosed() {
		r.Fatalf("token %#x is reported to be %v, want %v", t, is, want)
	}
	delete(r.got, t)
}

// A client that was disconnected is told of an end.
func TestPipeDisconnected(t *testing.T) {
	p, client := pipePair(t)
	r := newRig(t)
	r.add(value(t, client), 1, readable, platform.Edge)
	r.quiet()
	need(t, p.Disconnect())
	r.await(1, isRead|platform.ReadyReadClosed)
	reads(t, client, 1, "", windows.ERROR_PIPE_NOT_CONNECTED)
	if err := client.Disconnect(); err == nil {
		t.Error("a client's end can't be disconnected")
	}
}

// After Close nothing is watched, nothing can be done, and what was registered is
// not there.
func TestPipeClose(t *testing.T) {
	r := newRig(t)
	for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
		p, peer := pipePair(t)
		h := value(t, p)
		r.add(h, 1, readable|writable, m)
		r.await(1, isWrite)
		conn, err := p.SyscallConn()
		need(t, err)
		need(t, p.Close())
		clear(r.got)
		refused(t, r.Delete(h), "delete", platform.ErrNotFound)
		r.quiet()
		reads(t, p, 1, "", os.ErrClosed)
		_, writeErr := p.Write([]byte("x"))
		_, connErr := p.SyscallConn()
		for i, err := range []error{p.Close(), p.Connect(), p.Disconnect(), writeErr, connErr, conn.Control(func(uintptr) {})} {
			if err != os.ErrClosed {
				t.Errorf("%d: %v", i, err)
			}
		}
		reads(t, peer, 1, "", io.EOF)
		need(t, peer.Close())
	}
	if c := r.census(); c.slots != 0 {
		t.Errorf("there is left: %+v", c)
	}
}

// What was written before Close arrives, also what was in flight.
func TestPipeCloseAfterWrite(t *testing.T) {
	before := openPipes(t)
	p, peer := pipePair(t)
	payload := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	if n, err := p.Write(payload); n != len(payload) || err != nil {
		t.Fatalf("write: %d, %v", n, err)
	}
	if n, err := p.Write([]byte("x")); n != 0 || err != windows.WSAEWOULDBLOCK {
		t.Fatalf("the write is not in flight: %d, %v", n, err)
	}
	need(t, p.Close())
	r := newRig(t)
	h := value(t, peer)
	r.add(h, 1, readable, platform.Edge)
	var got []byte
	b := make([]byte, 10_000)
	for {
		n, err := peer.Read(b)
		got = append(got, b[:n]...)
		if err == io.EOF {
			break
		}
		if err == windows.WSAEWOULDBLOCK {
			r.rearm(h, 1, readable)
			r.await(1, isRead)
			continue
		}
		need(t, err)
	}
	if !bytes.Equal(got, payload) {
		t.Errorf("%d bytes of %d arrived, or others", len(got), len(payload))
	}
	need(t, peer.Close())
	r.shut()
	settled(t, before)
}

// A write in flight that nobody reads ends with the other end.
func TestPipeCloseUnread(t *testing.T) {
	before := openPipes(t)
	p, peer := pipePair(t)
	fill(t, p)
	need(t, p.Close())
	need(t, peer.Close())
	settled(t, before)
}

// A count is what pipes hold.
type count struct{ pipes, listeners, files int }

func openPipes(t testing.TB) count {
	t.Helper()
	pipes.mu.RLock()
	defer pipes.mu.RUnlock()
	listeners.mu.Lock()
	defer listeners.mu.Unlock()
	return count{len(pipes.of), len(listeners.all) - len(listeners.unused), files(t)}
}

// settled waits until no more is held than before.
func settled(t testing.TB, before count) {
	t.Helper()
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		now := openPipes(t)
		if now.pipes <= before.pipes && now.listeners <= before.listeners && now.files <= before.files {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%+v, before %+v", now, before)
		}
	}
}

// A Pipe may be in several pollers.
func TestPipeTwoPollers(t *testing.T) {
	p, peer := pipePair(t)
	h := value(t, p)
	a, b := newRig(t), newRig(t)
	a.add(h, 1, readable, platform.Edge)
	b.add(h, 2, readable, platform.Edge)
	refused(t, a.Add(h, 1, readable, platform.Edge), "add", platform.ErrExists)
	a.quiet()
	b.quiet()
	writes(t, peer, "x")
	a.await(1, isRead)
	b.await(2, isRead)
	a.delete(h)
	reads(t, p, 1, "x", nil)
	b.rearm(h, 2, readable)
	b.quiet()
	writes(t, peer, "x")
	b.await(2, isRead)
	a.quiet()
}

// What is no end of a named pipe, or was not opened for this, is refused, and
// still its owner's.
func TestPipeBadInput(t *testing.T) {
	for name, want := range map[string]error{
		`\\.\pipe\rouse-nobody`: os.ErrNotExist,
		"\x00":                  syscall.EINVAL,
		"":                      nil,
	} {
		if p, err := DialPipe(name); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("dial %q: %v, %v", name, p, err)
		}
	}
	for _, name := range []string{"\x00", "", `C:\nothing`} {
		if p, err := ListenPipe(name, false); err == nil {
			t.Errorf("listen %q: %v", name, p)
		}
	}
	file, err := os.CreateTemp(t.TempDir(), "")
	need(t, err)
	defer file.Close()
	gone := event(t, true)
	closeHandle(t, gone)
	for name, h := range map[string]platform.Handle{
		"a file":       platform.Handle(file.Fd()),
		"a socket":     socket(t, windows.SOCK_STREAM),
		"an event":     event(t, true),
		"closed":       gone,
		"0":            0,
		"NoHandle":     platform.NoHandle,
		"this process": platform.Handle(windows.CurrentProcess()),
	} {
		if _, err := NewPipe(h); !errors.Is(err, platform.ErrNotPollable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	read, write := anonymousPipe(t)
	for _, h := range []windows.Handle{read, write} {
		if _, err := NewPipe(platform.Handle(h)); !errors.Is(err, platform.ErrInvalid) {
			t.Errorf("a pipe without FILE_FLAG_OVERLAPPED: %v", err)
		}
	}
	p, _ := pipePair(t)
	h := value(t, p)
	if _, err := NewPipe(h); !errors.Is(err, platform.ErrExists) {
		t.Errorf("a Pipe's: %v", err)
	}
	r := newRig(t)
	refused(t, r.Add(h, 1, platform.Priority, platform.Edge), "add", errors.ErrUnsupported)
	refused(t, r.Add(h, 1, platform.AllInterests, platform.Edge), "add", errors.ErrUnsupported)
	refused(t, r.Delete(h), "delete", platform.ErrNotFound)
	conn, err := p.SyscallConn()
	need(t, err)
	for _, err := range []error{conn.Read(func(uintptr) bool { return true }), conn.Write(func(uintptr) bool { return true })} {
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("a RawConn that would have to wait: %v", err)
		}
	}
	name := pipeName()
	first, err := ListenPipe(name, true)
	closing(t, first, err)
	if p, err := ListenPipe(name, true); emulator() == "wine" {
		closing(t, p, err) // Wine ignores FILE_FLAG_FIRST_PIPE_INSTANCE
	} else if !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		t.Errorf("an instance that is not the first: %v", err)
	}
}

// emulator is what plays Windows here, if anything does.
func emulator() string {
	if windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil {
		return "wine"
	}
	return ""
}

// All instances are taken, until there is another one.
func TestPipeBusy(t *testing.T) {
	name := pipeName()
	listenPipe(t, name)
	dialPipe(t, name)
	if _, err := DialPipe(name); !errors.Is(err, windows.ERROR_PIPE_BUSY) {
		t.Errorf("%v, want ERROR_PIPE_BUSY", err)
	}
	listenPipe(t, name)
	dialPipe(t, name)
}

// A port that the handle is bound to gets no packets of the Pipe's operations.
func TestPipeBoundToPort(t *testing.T) {
	p, peer := pipePair(t)
	port, err := openPort()
	owned(t, port, err)
	_, err = windows.CreateIoCompletionPort(p.handle, port, 1, 0)
	need(t, err)
	r := newRig(t)
	h := value(t, p)
	r.add(h, 1, readable, platform.Edge)
	r.quiet()
	writes(t, peer, "x")
	r.await(1, isRead)
	reads(t, p, 1, "x", nil)
	sum := fill(t, p)
	for b := make([]byte, 1<<16); sum > 0; {
		n, err := peer.Read(b)
		if err != nil && err != windows.WSAEWOULDBLOCK {
			t.Fatal(err)
		}
		sum -= n
	}
	r.modify(h, 1, writable, platform.Edge)
	r.await(1, isWrite)
	var n uint32
	var key uintptr
	var overlapped *windows.Overlapped
	if err := windows.GetQueuedCompletionStatus(port, &n, &key, &overlapped, 0); err != windows.WAIT_TIMEOUT {
		t.Errorf("the port has a packet: key %d, %v", key, err)
	}
}

// The system ends what a thread has begun with the thread: to wait for a client,
// and for data, goes on.
func TestPipeThreadGone(t *testing.T) {
	r := newRig(t)
	name := pipeName()
	p := listenPipe(t, name)
	h := value(t, p)
	onThread(t, func() {
		if err := p.Connect(); err != windows.WSAEWOULDBLOCK {
			t.Errorf("connect: %v", err)
		}
	})
	r.add(h, 1, writable, platform.Edge)
	r.quiet()
	client := dialPipe(t, name)
	r.await(1, isWrite)
	need(t, p.Connect())
	r.modify(h, 2, readable, platform.Edge)
	onThread(t, func() {
		// This makes the request.
		if n, err := r.Wait(make([]platform.Event, 1), 0); n != 0 || err != nil {
			t.Errorf("wait: %d, %v", n, err)
		}
	})
	r.quiet()
	writes(t, client, "x")
	r.await(2, isRead)
}

// Deleted while an operation is in flight: what that finds later is not reported
// of who has the slot by then (facts/pitfalls 13, RUSTSEC-2024-0019).
func TestPipeDeleteInFlight(t *testing.T) {
	for name, start := range map[string]func(t *testing.T) (h platform.Handle, finish func()){
		"connect": func(t *testing.T) (platform.Handle, func()) {
			name := pipeName()
			p := listenPipe(t, name)
			if err := p.Connect(); err != windows.WSAEWOULDBLOCK {
				t.Fatal(err)
			}
			return value(t, p), func() { dialPipe(t, name) }
		},
		"read": func(t *testing.T) (platform.Handle, func()) {
			p, peer := pipePair(t)
			return value(t, p), func() { writes(t, peer, "x") }
		},
		"write": func(t *testing.T) (platform.Handle, func()) {
			p, peer := pipePair(t)
			sum := fill(t, p)
			return value(t, p), func() {
				for b := make([]byte, pipeBuffer); sum > 0; {
					n, err := peer.Read(b)
					if err != nil && err != windows.WSAEWOULDBLOCK {
						t.Fatal(err)
					}
					sum -= n
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			for range 20 {
				h, finish := start(t)
				in := readable
				if name != "read" {
					in = writable
				}
				r.add(h, 1, in, platform.Edge)
				r.quiet()
				slot := r.entry(h).slot
				r.delete(h)
				silent := event(t, true)
				r.add(silent, 1, readable, platform.Edge)
				if got := r.entry(silent).slot; got != slot {
					t.Fatalf("slot %d, want %d", got, slot)
				}
				finish()
				r.quiet()
				r.delete(silent)
				r.add(h, 2, in, platform.Edge)
				r.await(2, want(in))
				r.delete(h)
			}
		})
	}
}

// want is what is reported of an interest.
func want(in platform.Interest) platform.Ready {
	if in == writable {
		return isWrite
	}
	return isRead
}

// Everything at once: connecting, reading, writing, adding, deleting and closing
// on many goroutines. Nothing hangs, nothing is left, no other is reported.
func TestPipeStress(t *testing.T) {
	before := openPipes(t)
	r := newRig(t)
	silent := event(t, true)
	var loop sync.WaitGroup
	stop := make(chan struct{})
	loop.Go(func() {
		events := make([]platform.Event, 16)
		for {
			n, err := r.Wait(events, patience)
			select {
			case <-stop:
				return
			default:
			}
			if err != nil || n == 0 {
				t.Errorf("wait: %d, %v", n, err)
				return
			}
			for _, ev := range events[:n] {
				if ev.Token == silentToken {
					t.Errorf("%v is reported of what is silent", ev.Ready)
				}
			}
		}
	})
	r.add(silent, silentToken, readable, platform.Edge)
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			for round := range 60 {
				pipeRound(t, r, worker, round)
			}
		})
	}
	workers.Wait()
	close(stop)
	need(t, r.Wake())
	loop.Wait()
	r.shut()
	settled(t, before)
}

// silentToken is of what is never signalled.
const silentToken = platform.Token(1) << 40

// pipeRound does everything with one pipe.
func pipeRound(t *testing.T, r *rig, worker, round int) {
	name := pipeName()
	server, err := ListenPipe(name, false)
	if err != nil {
		t.Error(err)
		return
	}
	conn, err := server.SyscallConn()
	if err != nil {
		t.Error(err)
		return
	}
	h := platform.NoHandle
	if err := conn.Control(func(fd uintptr) { h = platform.Handle(fd) }); err != nil {
		t.Error(err)
	}
	token := platform.Token(worker<<16 | round)
	if err := r.Add(h, token, readable|writable, platform.Mode(round%3)); err != nil {
		t.Error(err)
		return
	}
	var all sync.WaitGroup
	all.Go(func() {
		_ = server.Connect()
		client, err := DialPipe(name)
		if err != nil {
			return // the server is closed already
		}
		_, _ = client.Write([]byte("hello"))
		_, _ = client.Read(make([]byte, 10))
		if round%2 == 0 {
			_ = server.Disconnect()
			_ = server.Connect()
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	all.Go(func() {
		_ = server.Connect()
		_, _ = server.Write(make([]byte, 1<<17))
		_, _ = server.Read(make([]byte, 10))
		_ = r.Rearm(h, token, readable|writable)
	})
	all.Go(func() {
		if round%4 < 2 {
			runtime.Gosched()
		}
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	if round%3 == 0 {
		// While the handle may be closed, and another's: only ours has the token.
		_ = r.Modify(h, token, readable, platform.Edge)
	}
	all.Wait()
}

// Nothing is kept, of many that come and go, whatever is in flight when they are
// closed.
func TestPipeLeak(t *testing.T) {
	events := func() int {
		counts, err := handles.Count()
		need(t, err)
		return counts["Event"]
	}
	round := func(r *rig, token platform.Token) {
		name := pipeName()
		server, err := ListenPipe(name, false)
		need(t, err)
		if err := server.Connect(); err != windows.WSAEWOULDBLOCK {
			t.Fatal(err)
		}
		h := value(t, server)
		r.add(h, token, readable|writable, platform.Edge)
		client, err := DialPipe(name)
		need(t, err)
		r.await(token, isWrite)
		need(t, server.Connect())
		writes(t, client, "x")
		r.await(token, isRead)
		reads(t, server, 1, "x", nil)
		fill(t, server)
		r.rearm(h, token, readable|writable)
		r.collect(64, 0) // of the last one, too
		need(t, client.Close())
		need(t, server.Close())
	}
	r := newRig(t)
	round(r, 0)
	r.collect(64, 0)
	before := openPipes(t)
	few := events()
	for i := range 300 {
		round(r, platform.Token(i+1))
	}
	r.collect(64, 0)
	settled(t, before)
	// Go's runtime has events of its own for each thread.
	if many := events(); many > few+100 {
		t.Errorf("%d events, %d before", many, few)
	}
}
