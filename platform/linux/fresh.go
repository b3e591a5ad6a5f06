//go:build linux

package linux

import (
	"sync"
	"sync/atomic"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// fresh remembers the stream sockets that are watched for reading alone and
// were not connected when they were added. They say EPOLLHUP and nothing else,
// exactly as a pipe does whose writer is gone; but a socket can still connect,
// and closed is final. Once it is connected its EPOLLHUP comes with EPOLLRDHUP.
//
// Watched for writing too, it says EPOLLOUT with EPOLLHUP, as no pipe does, and
// need not be remembered. So the set is nearly always empty.
type fresh struct {
	size   atomic.Int32 // of handles, for a look without the lock
	mu     sync.Mutex
	tokens map[int]platform.Token // by descriptor
	fds    map[platform.Token]int // the other way round
}

// note looks at a descriptor that is about to be added or modified.
func (f *fresh) note(fd int, t platform.Token, in platform.Interest) {
	// poll(2) tells the two apart, because it can be asked for POLLOUT without
	// causing an event.
	const asked = unix.POLLOUT | unix.POLLRDHUP
	if in&platform.Writable != 0 || revents(fd, asked)&(unix.POLLHUP|asked) != unix.POLLHUP|unix.POLLOUT {
		f.forget(fd)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tokens == nil {
		f.tokens = make(map[int]platform.Token)
		f.fds = make(map[platform.Token]int)
	}
	f.drop(fd)
	f.tokens[fd] = t
	f.fds[t] = fd
	f.size.Store(int32(len(f.tokens)))
}

// forget drops a descriptor.
func (f *fresh) forget(fd int) {
	if f.size.Load() == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop(fd)
	f.size.Store(int32(len(f.tokens)))
}

// drop is forget under the lock.
func (f *fresh) drop(fd int) {
	if t, ok := f.tokens[fd]; ok {
		delete(f.tokens, fd)
		delete(f.fds, t)
	}
}

// has reports whether t names such a socket. It is asked only about an event
// with EPOLLHUP and without EPOLLRDHUP.
func (f *fresh) has(t platform.Token) bool {
	if f.size.Load() == 0 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, ok := f.fds[t]
	return ok
}
