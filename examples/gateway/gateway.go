package main

import (
	"context"
	"maps"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gobwas/ws"
)

// A gateway holds WebSockets, and tells all of them what it is told to. It is an
// http.Handler: each request becomes a client.
type gateway struct {
	times    times
	style    style
	writes   *relay[*client]
	messages atomic.Int64 // that clients have sent

	mu       sync.Mutex
	clients  map[*client]struct{} // guarded by mu
	closing  bool                 // guarded by mu
	empty    sync.Cond            // clients has become empty; with mu
	handling sync.WaitGroup       // requests
}

// newGateway makes a gateway in the named style. Close it.
func newGateway(name string, t times) (*gateway, error) {
	s, err := newStyle(name, t)
	if err != nil {
		return nil, err
	}
	g := &gateway{times: t, style: s, clients: make(map[*client]struct{})}
	g.writes = newRelay((*client).write)
	g.empty.L = &g.mu
	return g, nil
}

// ServeHTTP implements http.Handler. The goroutine that net/http has for the
// connection ends here, and the buffers with it.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !g.enter() {
		http.Error(w, goingAway.reason, http.StatusServiceUnavailable)
		return
	}
	defer g.handling.Done()
	// What is broadcast here anybody may know. A gateway with something private would
	// look at the Origin and the cookies now.
	upgrader := ws.HTTPUpgrader{Timeout: g.times.write}
	conn, rw, _, err := upgrader.Upgrade(r, w)
	if err != nil {
		if conn != nil {
			_ = conn.Close() // the upgrader has answered
		}
		return
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		_ = conn.Close() // TLS: package park says what that takes
		return
	}
	c := &client{gateway: g, conn: tcp}
	if !g.remember(c) {
		_ = conn.Close()
		return
	}
	// A client should not speak before it has the answer, but may have.
	early, _ := rw.Reader.Peek(rw.Reader.Buffered())
	if err := c.take(early); err != nil {
		c.close()
		return
	}
	g.style.hold(c)
}

// enter reports whether a request may begin.
func (g *gateway) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closing {
		g.handling.Add(1)
	}
	return !g.closing
}

func (g *gateway) remember(c *client) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.closing {
		g.clients[c] = struct{}{}
	}
	return !g.closing
}

// forget is called by a client that was closed.
func (g *gateway) forget(c *client) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.clients, c)
	if len(g.clients) == 0 {
		g.empty.Broadcast()
	}
}

// live is how many clients there are.
func (g *gateway) live() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.clients)
}

// broadcast sends a text to everybody, after what was broadcast before. It is
// encoded once. It does not block. While there is somebody whom the last one was
// not sent yet it does nothing and reports false: this machine is too slow then,
// not a client. One broadcasts at a time.
func (g *gateway) broadcast(text []byte) bool {
	if g.writes.waiting() > 0 {
		return false
	}
	frame := ws.MustCompileFrame(ws.NewTextFrame(text))
	for _, c := range g.everybody() {
		if c.post(frame, inTurn) {
			g.writes.add(c)
		}
	}
	return true
}

func (g *gateway) everybody() []*client {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Collect(maps.Keys(g.clients))
}

// close says goodbye to everybody, and returns when all have gone. Who has not
// gone when ctx ends is closed.
func (g *gateway) close(ctx context.Context) error {
	leaving := newRelay(func(c *client) { c.leave(goingAway) })
	g.shut()
	leaving.add(g.everybody()...)
	stop := context.AfterFunc(ctx, g.closeAll)
	g.handling.Wait()
	g.awaitEmpty()
	stop()
	leaving.close()
	g.writes.close()
	return g.style.close()
}

// shut lets nobody in any more.
func (g *gateway) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closing = true
}

func (g *gateway) closeAll() {
	for _, c := range g.everybody() {
		c.close()
	}
}

func (g *gateway) awaitEmpty() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for len(g.clients) > 0 {
		g.empty.Wait()
	}
}
