//go:build windows

package windows

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// A life is what became of a token. Tokens are used once.
type life struct {
	sent     atomic.Bool  // there was something to report
	reported atomic.Bool  // and it was
	ended    atomic.Int64 // how many Waits had begun when it was taken back, plus 1
}

// A ledger has the lives of all tokens.
type ledger struct {
	r     *rig
	waits atomic.Int64
	next  atomic.Uint64
	lives []life
}

func (l *ledger) draw() (platform.Token, *life) {
	t := l.next.Add(1)
	return platform.Token(t), &l.lives[t]
}

// watch waits until the poller is closed, and checks what is reported.
func (l *ledger) watch() error {
	events := make([]platform.Event, 32)
	for {
		wait := l.waits.Add(1)
		n, err := l.r.Wait(events[:1+wait%32], -1)
		if errors.Is(err, platform.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, ev := range events[:n] {
			is := &l.lives[ev.Token]
			switch ended := is.ended.Load(); {
			case !is.sent.Load():
				return fmt.Errorf("token %#x is reported to be %v, and nothing was sent to it", ev.Token, ev.Ready)
			case ended != 0 && ended <= wait:
				return fmt.Errorf("token %#x is reported by a Wait that was called after it was taken back", ev.Token)
			case ev.Ready != isRead:
				return fmt.Errorf("token %#x is reported to be %v", ev.Token, ev.Ready)
			}
			is.reported.Store(true)
		}
	}
}

// facts/pitfalls 13 and 14: while sockets come and go as fast as they can, and
// with them slots, polls and the values of handles, no packet is ever taken for
// another registration's, and none that is due is lost.
func TestAttribution(t *testing.T) {
	const workers = 4
	rounds := 200
	if testing.Short() {
		rounds = 50
	}
	r := newRig(t)
	l := &ledger{r: r, lives: make([]life, 1+workers*rounds*2)}
	watch := make(chan error, 1)
	go func() { watch <- l.watch() }()
	var all sync.WaitGroup
	for range workers {
		seed := rand.Uint64()
		all.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, 0))
			for range rounds {
				if err := l.live(rnd); err != nil {
					t.Errorf("seed %d: %v", seed, err)
					return
				}
			}
		})
	}
	all.Wait()
	r.shut()
	if err := <-watch; err != nil {
		t.Error(err)
	}
}

// live is the life of a socket.
func (l *ledger) live(rnd *rand.Rand) error {
	a, b, err := rawPair()
	if err != nil {
		return err
	}
	defer func() { _ = windows.Closesocket(b) }()
	h := platform.Handle(a)
	mode := platform.Mode(rnd.IntN(3))
	token, is := l.draw()
	send := func() error { // to whoever is there then
		is.sent.Store(true)
		_, err := Write(platform.Handle(b), []byte("x"))
		return err
	}
	if rnd.IntN(4) == 0 { // there is something from the start
		if err := send(); err != nil {
			return err
		}
	}
	if err := l.r.Add(h, token, readable, mode); err != nil {
		return err
	}
	if rnd.IntN(2) == 0 {
		old, sent := is, is.sent.Load()
		token, is = l.draw()
		is.sent.Store(sent)
		if err := l.r.Modify(h, token, readable, mode); err != nil {
			return err
		}
		old.ended.Store(l.waits.Load() + 1)
	}
	switch rnd.IntN(4) {
	case 0: // it is closed while it is watched
		if !is.sent.Load() && l.armed(h) {
			return windows.Closesocket(a)
		}
	case 1, 2: // it must be reported
		if err := send(); err != nil {
			return err
		}
		for end := time.Now().Add(patience); !is.reported.Load(); runtime.Gosched() {
			if time.Now().After(end) {
				return fmt.Errorf("token %#x is not reported", token)
			}
		}
		if mode == platform.Edge && rnd.IntN(2) == 0 {
			if err := l.r.Rearm(h, token, readable); err != nil {
				return err
			}
		}
	case 3: // the packet may come when it is deleted already
		if err := send(); err != nil {
			return err
		}
	}
	if err := l.r.Delete(h); err != nil {
		return err
	}
	is.ended.Store(l.waits.Load() + 1)
	return windows.Closesocket(a)
}

// armed reports whether AFD watches a handle.
func (l *ledger) armed(h platform.Handle) bool {
	e := l.r.entry(h)
	l.r.table.mu.Lock()
	defer l.r.table.mu.Unlock()
	return e.state == pending
}

// rawPair is udpPair, for other goroutines than the test's.
func rawPair() (a, b windows.Handle, err error) {
	for _, s := range []*windows.Handle{&a, &b} {
		if *s, err = windows.Socket(windows.AF_INET, windows.SOCK_DGRAM, 0); err != nil {
			return a, b, err
		}
		if err := windows.Bind(*s, &windows.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
			return a, b, err
		}
	}
	to, err := windows.Getsockname(a)
	if err != nil {
		return a, b, err
	}
	return a, b, windows.Connect(b, to)
}
