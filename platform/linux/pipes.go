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
//
// Nor does its token tell for sure: tokens may be shared, and a pipe that was
// closed without a Delete is still remembered. So the pipe itself is asked.
type pipes struct {
	size atomic.Int32 // of handles, for a look without the lock
	mu   sync.Mutex
	ids  map[int]pipe           // by descriptor
	fds  map[platform.Token]int // the last of a token's; of the others less is said
}

// A pipe is what a descriptor was when it was added or modified.
type pipe struct {
	token platform.Token
	inode uint64
}

// note looks at a descriptor that was added or modified. An event that comes
// before it does says less, and nothing that is wrong.
func (p *pipes) note(fd int, t platform.Token) {
	inode, ok := pipeInode(fd)
	if !ok {
		p.forget(fd)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ids == nil {
		p.ids = make(map[int]pipe)
		p.fds = make(map[platform.Token]int)
	}
	p.drop(fd)
	p.ids[fd] = pipe{t, inode}
	p.fds[t] = fd
	p.size.Store(int32(len(p.ids)))
}

// forget drops a descriptor.
func (p *pipes) forget(fd int) {
	if p.size.Load() == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(fd)
	p.size.Store(int32(len(p.ids)))
}

// drop is forget under the lock.
func (p *pipes) drop(fd int) {
	id, ok := p.ids[fd]
	if !ok {
		return
	}
	delete(p.ids, fd)
	if p.fds[id.token] == fd {
		delete(p.fds, id.token)
	}
}

// has reports whether t names an anonymous pipe whose other end is gone.
func (p *pipes) has(t platform.Token) bool {
	if p.size.Load() == 0 {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fd, ok := p.fds[t]
	if !ok {
		return false
	}
	inode, ok := pipeInode(fd)
	return ok && inode == p.ids[fd].inode && hungUp(fd)
}

// hungUp asks poll(2), which says POLLHUP unasked.
func hungUp(fd int) bool {
	pfd := [1]unix.PollFd{{Fd: int32(fd)}}
	_, err := unix.Poll(pfd[:], 0)
	return err == nil && pfd[0].Revents&unix.POLLHUP != 0
}

// pipeInode tells anonymous pipes from each other and from everything else. The
// first question is cheap, and all but pipes and named pipes are out after it.
func pipeInode(fd int) (uint64, bool) {
	if !hasPipeSize(fd) {
		return 0, false
	}
	var st unix.Stat_t
	if unix.Fstat(fd, &st) != nil || uint64(st.Dev) != pipeDevice() {
		return 0, false
	}
	return st.Ino, true
}

// pipeDevice is the device of the file system that the kernel makes anonymous
// pipes in. It is 0, which no pipe has, where no pipe can be made.
var pipeDevice = sync.OnceValue(func() uint64 {
	var fds [2]int
	if unix.Pipe2(fds[:], unix.O_CLOEXEC) != nil {
		return 0
	}
	var st unix.Stat_t
	err := unix.Fstat(fds[0], &st)
	_ = unix.Close(fds[0])
	_ = unix.Close(fds[1])
	if err != nil {
		return 0
	}
	return uint64(st.Dev)
})
