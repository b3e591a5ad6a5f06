//go:build windows

package windows

import (
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// both runs a test with TCP and UDP sockets.
func both(t *testing.T, f func(t *testing.T, kind int, pair func(testing.TB) (a, b platform.Handle))) {
	t.Run("tcp", func(t *testing.T) { f(t, windows.SOCK_STREAM, tcpPair) })
	t.Run("udp", func(t *testing.T) { f(t, windows.SOCK_DGRAM, udpPair) })
}

// duplicate makes another handle of the same socket. DuplicateHandle would do on
// Windows, but Winsock on Wine wants to be told.
func duplicate(t *testing.T, h platform.Handle) platform.Handle {
	t.Helper()
	var info windows.WSAProtocolInfo
	need(t, windows.WSADuplicateSocket(windows.Handle(h), windows.GetCurrentProcessId(), &info))
	const fromInfo = -1
	s, err := windows.WSASocket(fromInfo, fromInfo, fromInfo, &info, 0, windows.WSA_FLAG_OVERLAPPED)
	return opened(t, s, err)
}

// A closed socket can't be added, and one that was added is not found.
func TestClosedSocket(t *testing.T) {
	both(t, func(t *testing.T, _ int, pair func(testing.TB) (a, b platform.Handle)) {
		for _, polled := range []bool{false, true} {
			accepted := 0
			attempt(t, func() bool { return closedSocket(t, pair, polled, &accepted) })
		}
	})
}

// closedSocket reports whether the value stayed free. Go's runtime opens a thread's
// handle for as long as it takes to preempt the thread, and such a handle can be
// polled: once in a while one is accepted.
func closedSocket(t *testing.T, pair func(testing.TB) (a, b platform.Handle), polled bool, accepted *int) bool {
	r := newRig(t)
	a, _ := pair(t)
	r.add(a, 1, readable, platform.Edge)
	if polled {
		r.quiet()
	}
	closeSocket(t, a)
	modified := r.Modify(a, 2, readable, platform.Edge)
	added := r.Add(a, 3, readable, platform.Edge)
	deleted := r.Delete(a)
	rearmed := r.Rearm(a, 1, readable)
	if isOpen(a) == nil {
		return false // a thread that Go's runtime started has the value now
	}
	if added == nil && *accepted < 3 {
		*accepted++
		return false
	}
	refused(t, modified, "modify", platform.ErrNotFound)
	refused(t, added, "add", platform.ErrNotPollable)
	refused(t, deleted, "delete", platform.ErrNotFound)
	refused(t, rearmed, "rearm", platform.ErrNotFound)
	r.quiet()
	if c := r.settled(); c.handles != 0 || c.slots != 0 || c.polls != 0 {
		t.Errorf("there is left: %+v", c)
	}
	return true
}

// What is no socket can't be polled by AFD, and is found out at once.
func TestNoSocket(t *testing.T) {
	r := newRig(t)
	before := r.census()
	key, err := windows.CreateMutex(nil, false, nil)
	need(t, err)
	t.Cleanup(func() { _ = windows.CloseHandle(key) })
	for _, h := range []platform.Handle{platform.Handle(key), platform.Handle(r.port), 0, 1, 2, 4095, platform.NoHandle - 1} {
		refused(t, r.Add(h, 1, readable, platform.Edge), "add", platform.ErrNotPollable)
	}
	if after := r.census(); after != before {
		t.Errorf("%+v, before %+v", after, before)
	}
}

// noticed waits until the poller has noticed that a socket was closed which AFD
// watched. Somebody waits, or not.
func noticed(r *rig, h platform.Handle, waiting bool) {
	r.Helper()
	for end := time.Now().Add(patience); r.entry(h) != nil; runtime.Gosched() {
		if time.Now().After(end) {
			r.Fatal("the entry stays")
		}
		if !waiting {
			r.collect(8, 0)
		}
	}
	if len(r.got) != 0 {
		r.Errorf("%v is reported of what was closed", r.got)
	}
}

// A socket that is closed while it is watched goes, and reports nothing; nor
// does it end the Wait that finds out.
func TestClosedWhileArmed(t *testing.T) {
	both(t, func(t *testing.T, _ int, pair func(testing.TB) (a, b platform.Handle)) {
		for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
			r := newRig(t)
			a, _ := pair(t)
			r.add(a, 1, readable, m)
			r.quiet()
			r.in(a, pending)
			closeSocket(t, a)
			noticed(r, a, false)

			b, _ := pair(t)
			c, peer := pair(t)
			r.add(b, 2, readable, m)
			r.add(c, 3, readable, m)
			w := r.waiting(8)
			closeSocket(t, b)
			noticed(r, b, true)
			write(t, peer, "x")
			w.reports(3, isRead)
			if c := r.census(); c.handles != 1 || c.slots != 1 || c.polls != 1 {
				t.Errorf("%v: there is left: %+v", m, c)
			}
		}
	})
}

// A socket that was reported is watched for its close, too, whatever else there
// is to be asked.
func TestClosedAfterReport(t *testing.T) {
	both(t, func(t *testing.T, _ int, pair func(testing.TB) (a, b platform.Handle)) {
		for _, m := range []platform.Mode{platform.Edge, platform.OneShot} {
			r := newRig(t)
			a, peer := pair(t)
			r.add(a, 1, readable|writable, m)
			write(t, peer, "x")
			r.await(1, isWrite)
			r.collect(8, 0)
			clear(r.got)
			r.quiet()
			r.in(a, pending)
			closeSocket(t, a)
			noticed(r, a, false)
		}
	})
}

// facts/pitfalls 14: a socket is closed while it is watched, and its value is
// another's at once. That one can be added, and only it is reported.
func TestReusedWhileArmed(t *testing.T) {
	both(t, func(t *testing.T, kind int, pair func(testing.TB) (a, b platform.Handle)) {
		for _, waiting := range []bool{false, true} {
			for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
				attempt(t, func() bool { return reusedWhileArmed(t, kind, pair, waiting, m) })
			}
		}
	})
}

func reusedWhileArmed(t *testing.T, kind int, pair func(testing.TB) (a, b platform.Handle), waiting bool, m platform.Mode) bool {
	r := newRig(t)
	a, _ := pair(t)
	r.add(a, 1, readable, m)
	r.quiet()
	r.in(a, pending)
	var w *waiter
	if waiting {
		w = r.waiting(8)
		defer func() {
			r.shut()
			<-w.over
		}()
	}
	closeSocket(t, a)
	n, ok := reused(t, a, kind)
	if !ok {
		return false
	}
	r.add(n, 2, writable, m)
	if kind == windows.SOCK_STREAM {
		l := socket(t, kind)
		at := bind(t, l)
		need(t, windows.Listen(windows.Handle(l), 1))
		connect(t, n, at)
	}
	if waiting {
		w.reports(2, isWrite)
	} else {
		r.await(2, isWrite)
	}
	if len(r.got) != 0 {
		t.Errorf("waiting %v, %v: reported too: %v", waiting, m, r.got)
	}
	refused(t, r.Rearm(n, 1, readable), "rearm", platform.ErrNotFound)
	r.delete(n)
	r.quiet()
	if c := r.settled(); c.slots != 0 || c.polls != 0 {
		t.Errorf("waiting %v, %v: there is left: %+v", waiting, m, c)
	}
	return true
}

// What isThere can't tell: from when a poll has completed until it is made again
// nothing watches a socket. One that is closed then and whose value is another's
// passes for the first: the other one is refused, until the first is deleted.
func TestReusedWhileUnwatched(t *testing.T) {
	both(t, func(t *testing.T, kind int, pair func(testing.TB) (a, b platform.Handle)) {
		for _, reported := range []bool{false, true} {
			attempt(t, func() bool { return reusedWhileUnwatched(t, kind, pair, reported) })
		}
	})
}

func reusedWhileUnwatched(t *testing.T, kind int, pair func(testing.TB) (a, b platform.Handle), reported bool) bool {
	r := newRig(t)
	a, b := pair(t)
	r.add(a, 1, readable, platform.Edge)
	r.quiet()
	witness := newRig(t) // that the poll has completed
	witness.add(a, 1, readable, platform.Edge)
	write(t, b, "x")
	witness.await(1, isRead)
	if reported {
		r.await(1, isRead)
		r.in(a, idle)
	} else {
		r.in(a, pending) // its packet is there, and nobody has looked
	}
	closeSocket(t, a)
	n, ok := reused(t, a, kind)
	if !ok {
		return false
	}
	refused(t, r.Add(n, 2, readable, platform.Edge), "add", platform.ErrExists)
	r.delete(a)
	r.add(n, 2, readable, platform.Edge)
	r.quiet() // the old one's packet reaches nobody
	r.delete(n)
	r.quiet()
	if c := r.settled(); c.slots != 0 || c.polls != 0 {
		t.Errorf("there is left: %+v", c)
	}
	return true
}

// Where the value is another's that is no socket, that is found out.
func TestReusedByNoSocket(t *testing.T) {
	for _, watched := range []bool{false, true} {
		attempt(t, func() bool { return reusedByNoSocket(t, watched) })
	}
}

func reusedByNoSocket(t *testing.T, watched bool) bool {
	r := newRig(t)
	a, b := udpPair(t)
	r.add(a, 1, readable, platform.Edge)
	write(t, b, "x")
	r.await(1, isRead)
	if watched {
		r.quiet()
	}
	closeSocket(t, a)
	found := false
	for range 64 {
		h, err := windows.CreateMutex(nil, false, nil)
		need(t, err)
		t.Cleanup(func() { _ = windows.CloseHandle(h) })
		if found = platform.Handle(h) == a; found {
			break
		}
	}
	if !found {
		return false
	}
	refused(t, r.Add(a, 2, readable, platform.Edge), "add", platform.ErrNotPollable)
	r.quiet()
	if c := r.settled(); c.handles != 0 || c.slots != 0 {
		t.Errorf("there is left: %+v", c)
	}
	return true
}

// facts/pitfalls 14: a socket of which there is a duplicate lives on when its
// handle is closed. It goes by Delete, and then the value can be added again.
func TestDuplicateOfClosed(t *testing.T) {
	attempt(t, func() bool { return duplicateOfClosed(t) })
}

func duplicateOfClosed(t *testing.T) bool {
	r := newRig(t)
	a, b := udpPair(t)
	r.add(a, 1, readable, platform.Edge)
	r.quiet()
	d := duplicate(t, a)
	closeSocket(t, a)
	write(t, b, "x")
	r.await(1, isRead)
	n, ok := reused(t, a, windows.SOCK_DGRAM)
	if !ok {
		return false
	}
	refused(t, r.Add(n, 2, writable, platform.Edge), "add", platform.ErrExists)
	r.delete(a)
	r.add(n, 2, writable, platform.Edge)
	r.await(2, isWrite)

	// The duplicate is a socket like any other.
	r.add(d, 3, readable, platform.Edge)
	r.await(3, isRead)
	r.delete(d)
	return true
}

// Two handles of one socket are two handles: each is reported by its own token.
func TestDuplicate(t *testing.T) {
	r := newRig(t)
	a, b := udpPair(t)
	d := duplicate(t, a)
	r.add(a, 1, readable, platform.Edge)
	r.add(d, 2, readable, platform.Edge)
	write(t, b, "x")
	r.await(1, isRead)
	r.await(2, isRead)
	drain(t, a)
	r.rearm(a, 1, readable)
	r.rearm(d, 2, readable)
	closeSocket(t, d)
	r.quiet()
	write(t, b, "y")
	r.await(1, isRead)
	r.delete(a)
}
