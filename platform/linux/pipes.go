//go:build linux

package linux

import (
	"sync"
	"sync/atomic"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// pipes remembers which handles are anonymous pipes. EPOLLHUP is the end of
// one for good: nobody can open its other end again. Of everything else it says
// that alone it is not: a named pipe can get another writer, a terminal can be
// opened again, and a socket that was never connected can connect. An event
// does not tell which it is about.
type pipes struct {
	size   atomic.Int32 // of handles, for a look without the lock
	mu     sync.Mutex
	tokens map[int]platform.Token // by descriptor
	counts map[platform.Token]int // of descriptors; tokens may be shared
}

// note looks at a descriptor that was added or modified. An event that comes
// before it does says less, and nothing that is wrong.
func (p *pipes) note(fd int, t platform.Token) {
	if !isPipe(fd) {
		p.forget(fd)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tokens == nil {
		p.tokens = make(map[int]platform.Token)
		p.counts = make(map[platform.Token]int)
	}
	p.drop(fd)
	p.tokens[fd] = t
	p.counts[t]++
	p.size.Store(int32(len(p.tokens)))
}

// forget drops a descriptor.
func (p *pipes) forget(fd int) {
	if p.size.Load() == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(fd)
	p.size.Store(int32(len(p.tokens)))
}

// drop is forget under the lock.
func (p *pipes) drop(fd int) {
	t, ok := p.tokens[fd]
	if !ok {
		return
	}
	delete(p.tokens, fd)
	if p.counts[t]--; p.counts[t] == 0 {
		delete(p.counts, t)
	}
}

// has reports whether t names an anonymous pipe.
func (p *pipes) has(t platform.Token) bool {
	if p.size.Load() == 0 {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.counts[t] > 0
}

// isPipe reports whether fd is an anonymous pipe. The first question is cheap,
// and all but pipes and named pipes are out after it.
func isPipe(fd int) bool {
	if !hasPipeSize(fd) {
		return false
	}
	var st unix.Stat_t
	return unix.Fstat(fd, &st) == nil && uint64(st.Dev) == pipeDevice()
}

// pipeDevice is the device of the file system that the kernel makes anonymous
// pipes in. It is 0, which no pipe has, where no pipe can be made.
var pipeDevice = sync.OnceValue(func() uint64 {
	var fds [2]int
	if unix.Pipe2(fds[:], unix.O_CLOEXEC) != nil {
		return 0
	}
	defer unix.Close(fds[0])
	defer unix.Close(fds[1])
	var st unix.Stat_t
	if unix.Fstat(fds[0], &st) != nil {
		return 0
	}
	return uint64(st.Dev)
})
