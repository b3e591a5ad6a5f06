// Package gate keeps what a poller holds alive while calls use it.
package gate

import (
	"sync"
	"sync/atomic"
)

// closed is the bit that says that no call may enter any more. The bits below
// it count the calls that are inside.
const closed = 1 << 31

// A Gate counts the calls inside something that can be closed, so that a
// descriptor number is never used after it was freed: by then it may name
// somebody else's file. The zero Gate is open.
type Gate struct {
	word  atomic.Uint32
	mu    sync.Mutex    // held while closing begins; nothing is locked inside
	empty chan struct{} // closed by the last to leave; set before the closed bit
}

// Enter lets a call in, and reports whether the gate was open. After true the
// caller must Leave.
func (g *Gate) Enter() bool {
	for {
		w := g.word.Load()
		if w&closed != 0 {
			return false
		}
		if g.word.CompareAndSwap(w, w+1) {
			return true
		}
	}
}

// Leave lets a call out.
func (g *Gate) Leave() {
	if g.word.Add(^uint32(0)) == closed {
		close(g.empty)
	}
}

// IsClosed reports whether Close was called.
func (g *Gate) IsClosed() bool { return g.word.Load()&closed != 0 }

// Close shuts the gate and returns when the last call has left. Kick is called
// in between if there are calls inside; it must make them leave. Close reports
// whether it was the first; only the first waits.
func (g *Gate) Close(kick func()) bool {
	g.mu.Lock()
	if g.IsClosed() {
		g.mu.Unlock()
		return false
	}
	g.empty = make(chan struct{})
	inside := g.word.Or(closed)
	g.mu.Unlock()
	if inside != 0 {
		kick()
		<-g.empty
	}
	return true
}
