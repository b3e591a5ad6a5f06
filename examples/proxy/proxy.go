package main

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

// A proxy accepts connections and forwards them. It is the Waker of its
// listener.
type proxy struct {
	ctx    context.Context // ends with the proxy
	cancel context.CancelFunc
	dialer netio.Dialer
	l      *netio.Listener
	to     string

	mu      sync.Mutex
	links   map[*link]struct{} // guarded by mu; nil once the proxy is closed
	dialing sync.WaitGroup
	ended   sync.Cond   // a link has ended; its lock is mu
	live    int         // links that have not; guarded by mu
	retry   *time.Timer // after an accept that failed; guarded by mu
}

// open listens, and accepts from the first turn on.
func open(ctx context.Context, r *reactor.Reactor, listen, to string) (*proxy, error) {
	l, err := netio.Listen(ctx, r, "tcp", listen)
	if err != nil {
		return nil, err
	}
	p := &proxy{dialer: netio.Dialer{Reactor: r}, l: l, to: to, links: map[*link]struct{}{}}
	p.ended.L = &p.mu
	p.ctx, p.cancel = context.WithCancel(ctx)
	p.Wake()
	return p, nil
}

func (p *proxy) addr() net.Addr { return p.l.Addr() }

// Wake takes all connections that there are. It runs on the loop's goroutine,
// but for the first time, when there is nothing to take yet or the loop has not
// begun.
func (p *proxy) Wake() {
	for {
		c, err := p.l.PollAccept(p)
		switch {
		case err == nil:
			p.accepted(c)
		case errors.Is(err, reactor.ErrPending), errors.Is(err, net.ErrClosed), errors.Is(err, reactor.ErrShutdown):
			return
		default:
			// There is no descriptor left, most likely. The connection waits, and
			// so does who would only ask for it again.
			p.mu.Lock()
			if p.links != nil {
				p.retry = time.AfterFunc(50*time.Millisecond, p.Wake)
			}
			p.mu.Unlock()
			return
		}
	}
}

// accepted connects to the target, on a goroutine that ends with that.
func (p *proxy) accepted(client *netio.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.links == nil {
		_ = client.Close()
		return
	}
	p.dialing.Go(func() {
		target, err := p.dialer.Dial(p.ctx, "tcp", p.to)
		if err != nil {
			_ = client.SetLinger(0) // the client sees a reset, not an empty answer
			_ = client.Close()
			return
		}
		p.join(client, target)
	})
}

// join begins to forward between two connections.
func (p *proxy) join(client, target *netio.Conn) {
	l := &link{p: p, client: client, target: target}
	p.mu.Lock()
	closed := p.links == nil
	p.live++
	if !closed {
		p.links[l] = struct{}{}
	}
	p.mu.Unlock()
	if closed {
		l.close()
		return
	}
	l.start()
}

// left forgets a link that has ended.
func (p *proxy) left(l *link) {
	p.mu.Lock()
	delete(p.links, l)
	p.live--
	p.ended.Broadcast()
	p.mu.Unlock()
}

// awaitIdle returns when there is no link.
func (p *proxy) awaitIdle() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.live > 0 {
		p.ended.Wait()
	}
}

// close ends everything. Nothing is forwarded any more when it returns.
func (p *proxy) close() error {
	p.cancel()
	err := p.l.Close()
	p.mu.Lock()
	all := p.links
	p.links = nil
	if p.retry != nil {
		p.retry.Stop()
	}
	p.mu.Unlock()
	p.dialing.Wait()
	for l := range all {
		l.close()
	}
	p.awaitIdle()
	return err
}
