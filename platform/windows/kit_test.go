//go:build windows

package windows

import (
	"errors"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/internal/handles"
	"golang.org/x/sys/windows"
)

// patience is how long to wait for what must come: only a hang meets it.
const patience = 20 * time.Second

// What is asked for, and reported, most.
const (
	readable = platform.Readable
	writable = platform.Writable
	isRead   = platform.ReadyReadable
	isWrite  = platform.ReadyWritable
	isError  = platform.ReadyError
)

// x/sys has no accept of this kind.
var procAccept = windows.NewLazySystemDLL("ws2_32.dll").NewProc("accept")

// onWine reports whether it is Wine that plays Windows.
func onWine() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// A rig is a poller under test.
type rig struct {
	testing.TB
	*Poller
	got map[platform.Token]platform.Ready // reported and not yet awaited
}

// newRig opens a poller that is closed at the end of the test, and then holds
// nothing any more.
func newRig(t testing.TB) *rig {
	t.Helper()
	p, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t, p, make(map[platform.Token]platform.Ready)}
	t.Cleanup(r.shut)
	return r
}

// shut closes the poller, unless the test did.
func (r *rig) shut() {
	r.Helper()
	if err := r.Close(); errors.Is(err, platform.ErrClosed) {
		return
	} else if err != nil {
		r.Errorf("close: %v", err)
	}
	if left := r.census(); left != (census{}) {
		r.Errorf("after Close there is left: %+v", left)
	}
}

// A census counts what a poller holds.
type census struct {
	handles int // added
	slots   int // taken, by those that were removed and wait for a packet too
	limbo   int // of them, these
	groups  int // AFD handles
	polls   int // taken of them
	stash   int // packets taken from the port and not looked at
}

func (r *rig) census() census {
	t := &r.table
	t.mu.Lock()
	defer t.mu.Unlock()
	c := census{
		handles: len(t.of),
		slots:   len(t.slots) - len(t.unused),
		limbo:   t.limbo,
		groups:  t.groups.all,
		stash:   len(t.stash),
	}
	pinned.Lock()
	defer pinned.Unlock()
	for g := range pinned.groups {
		if g.set == &t.groups {
			c.polls += groupSize
			for free := g.free; free != 0; free &= free - 1 {
				c.polls--
			}
		}
	}
	return c
}

func (r *rig) add(h platform.Handle, t platform.Token, in platform.Interest, m platform.Mode) {
	r.Helper()
	if err := r.Add(h, t, in, m); err != nil {
		r.Fatalf("add %#x: %v", t, err)
	}
}

func (r *rig) modify(h platform.Handle, t platform.Token, in platform.Interest, m platform.Mode) {
	r.Helper()
	if err := r.Modify(h, t, in, m); err != nil {
		r.Fatalf("modify %#x: %v", t, err)
	}
}

func (r *rig) delete(h platform.Handle) {
	r.Helper()
	if err := r.Delete(h); err != nil {
		r.Fatalf("delete: %v", err)
	}
}

func (r *rig) rearm(h platform.Handle, t platform.Token, in platform.Interest) {
	r.Helper()
	if err := r.Rearm(h, t, in); err != nil {
		r.Fatalf("rearm %#x: %v", t, err)
	}
}

// collect waits once, for at most a number of events, and keeps what was
// reported. It returns how many there were.
func (r *rig) collect(limit int, timeout time.Duration) int {
	r.Helper()
	events := make([]platform.Event, limit)
	n, err := r.Wait(events, timeout)
	if err != nil {
		r.Fatalf("wait: %v", err)
	}
	for _, ev := range events[:n] {
		r.got[ev.Token] |= ev.Ready
	}
	return n
}

// await waits until everything of want has been reported of t.
func (r *rig) await(t platform.Token, want platform.Ready) {
	r.Helper()
	for end := time.Now().Add(patience); !r.got[t].Has(want); {
		left := time.Until(end)
		if left <= 0 {
			r.Fatalf("token %#x was not reported to be %v, only %v", t, want, r.got[t])
		}
		r.collect(64, left)
	}
	delete(r.got, t)
}

// quiet checks that nothing is reported. What would cause a wrong report has
// happened before, so that a short look suffices.
func (r *rig) quiet() {
	r.Helper()
	r.collect(64, 0)
	r.collect(64, time.Millisecond)
	for t, is := range r.got {
		r.Fatalf("token %#x is reported to be %v, though there is nothing to report", t, is)
	}
}

// settled waits until the packets have come of all that was removed, and counts
// then.
func (r *rig) settled() census {
	r.Helper()
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		c := r.census()
		if c.limbo == 0 {
			return c
		}
		if time.Now().After(end) {
			r.Fatalf("packets are missing: %+v", c)
		}
		r.collect(64, 0)
	}
}

// entry returns what there is of a handle.
func (r *rig) entry(h platform.Handle) *entry {
	r.table.mu.Lock()
	defer r.table.mu.Unlock()
	return r.table.of[h]
}

// in checks which state a handle is in.
func (r *rig) in(h platform.Handle, want state) {
	r.Helper()
	e := r.entry(h)
	if e == nil {
		r.Fatal("there is no such handle")
	}
	r.table.mu.Lock()
	defer r.table.mu.Unlock()
	if e.state != want {
		r.Fatalf("state %d, want %d", e.state, want)
	}
}

// A waiter is a Wait in a goroutine.
type waiter struct {
	r    *rig
	over chan struct{} // closed when it has ended
	got  []platform.Event
	err  error
}

// waiting starts a Wait, and returns when requests are made at once.
func (r *rig) waiting(limit int) *waiter {
	w := &waiter{r: r, over: make(chan struct{}), got: make([]platform.Event, limit)}
	go func() {
		defer close(w.over)
		var n int
		n, w.err = r.Wait(w.got, -1)
		w.got = w.got[:n]
	}()
	for end := time.Now().Add(patience); !r.isWaiting(); runtime.Gosched() {
		if time.Now().After(end) {
			r.Fatal("nobody waits")
		}
	}
	return w
}

func (r *rig) isWaiting() bool {
	r.table.mu.Lock()
	defer r.table.mu.Unlock()
	return r.table.waiting
}

// end waits for the end of the Wait, and returns its error.
func (w *waiter) end() error {
	w.r.Helper()
	select {
	case <-w.over:
		return w.err
	case <-time.After(patience):
		w.r.Fatal("Wait hangs")
		return nil
	}
}

// reports checks that the Wait ends with one event.
func (w *waiter) reports(t platform.Token, want platform.Ready) {
	w.r.Helper()
	if err := w.end(); err != nil {
		w.r.Fatal(err)
	}
	if len(w.got) != 1 || w.got[0].Token != t || !w.got[0].Ready.Has(want) {
		w.r.Fatalf("Wait reports %v, want token %#x, %v", w.got, t, want)
	}
}

// refused checks that err is of a kind, and says which call failed.
func refused(t testing.TB, err error, op string, kind error) {
	t.Helper()
	e, ok := errors.AsType[*platform.Error](err)
	if !ok || e.Op != op || !errors.Is(err, kind) {
		t.Errorf("%s: %v, want %v", op, err, kind)
	}
}

// need fails the test if something that is not under test failed.
func need(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// opened makes a socket that is non-blocking, and closed at the end of the test
// unless that closed it.
func opened(t testing.TB, s windows.Handle, err error) platform.Handle {
	t.Helper()
	need(t, err)
	const fionbio = 0x8004667e
	on, n := uint32(1), uint32(0)
	need(t, windows.WSAIoctl(s, fionbio, (*byte)(unsafe.Pointer(&on)), uint32(unsafe.Sizeof(on)), nil, 0, &n, nil, 0))
	t.Cleanup(func() { _ = windows.Closesocket(s) })
	return platform.Handle(s)
}

func socket(t testing.TB, kind int) platform.Handle {
	t.Helper()
	need(t, startup())
	s, err := windows.Socket(windows.AF_INET, kind, 0)
	return opened(t, s, err)
}

// bind binds to a port of the loopback, and returns its address.
func bind(t testing.TB, h platform.Handle) windows.Sockaddr {
	t.Helper()
	need(t, windows.Bind(windows.Handle(h), &windows.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	addr, err := windows.Getsockname(windows.Handle(h))
	need(t, err)
	return addr
}

// connect connects, or begins to.
func connect(t testing.TB, h platform.Handle, to windows.Sockaddr) {
	t.Helper()
	if err := windows.Connect(windows.Handle(h), to); err != nil && err != windows.WSAEWOULDBLOCK {
		t.Fatal(err)
	}
}

// udpPair returns two UDP sockets that are connected to each other.
func udpPair(t testing.TB) (a, b platform.Handle) {
	t.Helper()
	a, b = socket(t, windows.SOCK_DGRAM), socket(t, windows.SOCK_DGRAM)
	at, bt := bind(t, a), bind(t, b)
	connect(t, a, bt)
	connect(t, b, at)
	return a, b
}

// tcpPair returns the two ends of a TCP connection.
func tcpPair(t testing.TB) (a, b platform.Handle) {
	t.Helper()
	l := socket(t, windows.SOCK_STREAM)
	at := bind(t, l)
	need(t, windows.Listen(windows.Handle(l), windows.SOMAXCONN))
	a = socket(t, windows.SOCK_STREAM)
	connect(t, a, at)
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		s, _, err := procAccept.Call(uintptr(l), 0, 0)
		switch {
		case windows.Handle(s) != windows.InvalidHandle:
			need(t, windows.Closesocket(windows.Handle(l)))
			return a, opened(t, windows.Handle(s), nil)
		case err != windows.WSAEWOULDBLOCK || time.Now().After(end):
			t.Fatal(err)
		}
	}
}

func closeSocket(t testing.TB, h platform.Handle) {
	t.Helper()
	need(t, windows.Closesocket(windows.Handle(h)))
}

// write writes a few bytes.
func write(t testing.TB, h platform.Handle, p string) {
	t.Helper()
	n, err := Write(h, []byte(p))
	need(t, err)
	if n != len(p) {
		t.Fatalf("wrote %d bytes of %d", n, len(p))
	}
}

// drain reads all that there is.
func drain(t testing.TB, h platform.Handle) {
	t.Helper()
	p := make([]byte, 1<<12)
	for {
		n, err := Read(h, p)
		if err == windows.WSAEWOULDBLOCK || n == 0 {
			return
		}
		need(t, err)
	}
}

// reused opens sockets until one has the value of a handle that was closed. It
// reports false where that value went to something else, such as a thread that
// Go's runtime started just then.
func reused(t testing.TB, h platform.Handle, kind int) (platform.Handle, bool) {
	t.Helper()
	for range 64 {
		if s := socket(t, kind); s == h {
			return s, true
		}
	}
	return platform.NoHandle, false
}

// attempt runs f until the value of a handle that it closes went where it should.
func attempt(t *testing.T, f func() bool) {
	t.Helper()
	for range 20 {
		if f() {
			return
		}
	}
	t.Skip("this system does with the values of closed handles as it likes")
}

// files counts the handles of this process that are sockets, files or AFD's, and
// the completion ports. Others come and go with the threads of Go's runtime.
func files(t testing.TB) int {
	t.Helper()
	counts, err := handles.Count()
	need(t, err)
	return counts["File"] + counts["IoCompletion"]
}
