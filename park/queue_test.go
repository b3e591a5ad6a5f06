package park_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// Who ranges over what has woken reads it, and parks it again. The others park
// and write meanwhile.
func TestQueue(t *testing.T) {
	const conns, rounds = 8, 20
	q := park.NewQueue[int](open(t), 0)
	var clients sync.WaitGroup
	var near [conns]streamConn
	for i := range conns {
		conn, peer := tcpPair(t)
		near[i] = conn
		clients.Go(func() {
			if _, err := q.Park(conn, i); err != nil {
				t.Error(err)
			}
			for range rounds {
				write(t, peer, "ping")
				read(t, peer, "pong")
			}
		})
	}
	var served [conns]int
	left := conns
	for i, w := range q.Woken(within(t)) {
		if w.Err != nil || !w.Ready.IsReadable() {
			t.Errorf("%d is woken by %v", i, w)
		}
		read(t, near[i], "ping")
		write(t, near[i], "pong")
		if served[i]++; served[i] < rounds {
			if _, err := q.Park(near[i], i); err != nil {
				t.Error(err)
			}
		} else if left--; left == 0 {
			break
		}
	}
	if err := q.Err(); err != nil {
		t.Error(err)
	}
	clients.Wait()
	if q.Len() != 0 {
		t.Errorf("%d are parked", q.Len())
	}
}

// wakeAll parks n connections that are readable after the next turn.
func wakeAll(t *testing.T, q *park.Queue[int], p *fakePoller, n int) {
	t.Helper()
	for i := range n {
		if _, err := q.Park(fakeConn(i), i); err != nil {
			t.Fatal(err)
		}
		p.post(platform.Handle(i), platform.ReadyReadable)
	}
}

// A range that is left goes on where it was left.
func TestQueueBreak(t *testing.T) {
	r, p := newFake(t)
	q := park.NewQueue[int](r, 0)
	const n = 10
	wakeAll(t, q, p, n)
	for i := range n {
		for v, w := range q.Woken(within(t)) {
			if v != i || w.Err != nil {
				t.Errorf("%d is woken by %v, want %d", v, w, i)
			}
			break
		}
		if err := q.Err(); err != nil {
			t.Error(err)
		}
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	for v, w := range q.Woken(ended) {
		t.Errorf("%d is woken by %v", v, w)
	}
	if err := q.Err(); err != context.Canceled {
		t.Error(err)
	}
}

// A range ends with its context: before it, in the middle of a batch, and while
// it waits.
func TestQueueContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := newFake(t)
		q := park.NewQueue[int](r, 0)
		const n = 4
		wakeAll(t, q, p, n)
		next := 0
		collect := func(ctx context.Context, each func()) {
			for v := range q.Woken(ctx) {
				if v != next {
					t.Errorf("%d is woken, want %d", v, next)
				}
				next++
				each()
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		collect(ctx, cancel)
		if err := q.Err(); err != context.Canceled || next != 1 {
			t.Errorf("%v after %d", err, next)
		}
		collect(ctx, cancel)
		if err := q.Err(); err != context.Canceled || next != 1 {
			t.Errorf("%v after %d", err, next)
		}
		ctx, cancel = context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		collect(ctx, func() {})
		if err := q.Err(); err != context.DeadlineExceeded || next != n {
			t.Errorf("%v after %d", err, next)
		}
	})
}

// A nil context never ends; after Close everybody is yielded, and the range ends:
// whether it waits, or its body closes. So do later ones.
func TestQueueClose(t *testing.T) {
	for _, inside := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			r, p := newFake(t)
			q := park.NewQueue[int](r, 0)
			const n = 5
			wakeAll(t, q, p, n)
			for i := range n {
				if _, err := q.Park(fakeConn(n+i), n+i); err != nil {
					t.Fatal(err)
				}
			}
			closeIt := func() {
				for range 2 {
					if err := q.Close(); err != nil {
						t.Error(err)
					}
				}
			}
			if !inside {
				go func() {
					pass(time.Second)
					closeIt()
				}()
			}
			next := 0
			var none context.Context
			for i, w := range q.Woken(none) {
				if want := (i >= n); i != next || (w.Err == park.ErrClosed) != want {
					t.Errorf("%d is woken by %v, want %d", i, w, next)
				}
				next++
				if next == n && inside {
					closeIt()
				}
			}
			if err := q.Err(); err != park.ErrClosed || next != 2*n {
				t.Errorf("%v after %d", err, next)
			}
			for i := range q.Woken(none) {
				t.Errorf("%d is woken", i)
			}
			if err := q.Err(); err != park.ErrClosed {
				t.Error(err)
			}
			if _, err := q.Park(fakeConn(1), 1); err != park.ErrClosed {
				t.Error(err)
			}
		})
	}
}

// After Close of the reactor too, but with its error.
func TestQueueShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := newFake(t)
		q := park.NewQueue[int](r, idle)
		const n = 5
		for i := range n {
			if _, err := q.Park(fakeConn(i), i); err != nil {
				t.Fatal(err)
			}
		}
		go func() {
			pass(time.Second)
			_ = r.Close()
		}()
		woken := 0
		for i, w := range q.Woken(context.Background()) {
			if i != woken || w.Err != reactor.ErrShutdown {
				t.Errorf("%d is woken by %v", i, w)
			}
			woken++
		}
		if err := q.Err(); err != reactor.ErrShutdown || woken != n {
			t.Errorf("%v after %d", err, woken)
		}
	})
}

// Those that were idle are yielded while the range waits, and after it was left.
func TestQueueIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := newFake(t)
		q := park.NewQueue[int](r, idle)
		begin := time.Now()
		woken := 0
		for range 2 {
			for i := range 3 {
				if _, err := q.Park(fakeConn(i), i); err != nil {
					t.Fatal(err)
				}
			}
			for i, w := range q.Woken(context.Background()) {
				if i != woken%3 || w.Err != park.ErrIdle {
					t.Errorf("%d is woken by %v", i, w)
				}
				if woken++; woken%3 == 0 {
					break
				}
			}
			if took := time.Since(begin); took != idle {
				t.Errorf("woken after %v", took)
			}
			begin = begin.Add(idle)
		}
	})
}

// Those that became readable while Park ran are yielded to a range that waits
// already.
func TestQueueDuringPark(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r *reactor.Reactor
		var p *fakePoller
		r, p = newFake(t, reactor.WithTrace(&reactor.Trace{
			Register: func(h reactor.Handle, _ reactor.Interest, _ error) {
				p.post(h, platform.ReadyReadable)
				synctest.Wait() // the event is dispatched
			},
		}))
		q := park.NewQueue[int](r, 0)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for i, w := range q.Woken(context.Background()) {
				if i != 1 || w.Ready != platform.ReadyReadable {
					t.Errorf("%d is woken by %v", i, w)
				}
				break
			}
		}()
		if _, err := q.Park(fakeConn(1), 1); err != nil {
			t.Error(err)
		}
		<-done
	})
}

// Where somebody else takes the turns, a range says so.
func TestQueueBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := newFake(t)
		q := park.NewQueue[int](r, 0)
		run(t, r)
		synctest.Wait()
		for i := range q.Woken(context.Background()) {
			t.Errorf("%d is woken", i)
		}
		if err := q.Err(); err != reactor.ErrBusy {
			t.Error(err)
		}
	})
}

// Everybody who was parked is yielded before a range ends, whoever wakes them:
// the loop, the timer, Close or Park; and nobody twice.
func TestQueueRaces(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 30
	}
	for round := range rounds {
		r, p := newFake(t)
		q := park.NewQueue[int](r, 20*time.Microsecond)
		const conns, each = 3, 20
		var mu sync.Mutex
		owed := make(map[int]bool)
		halfway := make(chan struct{})
		var parkers sync.WaitGroup
		for k := range conns {
			parkers.Go(func() {
				for i := k * each; i < (k+1)*each; i++ {
					mu.Lock() // so that nobody is yielded who is not owed yet
					spot, err := q.Park(fakeConn(i), i)
					owed[i] = err == nil
					mu.Unlock()
					if err != nil {
						return
					}
					p.post(platform.Handle(i), platform.ReadyReadable)
					if i == round%each {
						close(halfway)
					}
					if i%4 == 0 && spot.Cancel() {
						mu.Lock()
						owed[i] = false
						mu.Unlock()
					}
				}
			})
		}
		parkers.Go(func() {
			<-halfway
			if round%4 < 2 {
				_ = q.Close()
			} else {
				_ = r.Close()
			}
		})
		for i := range q.Woken(within(t)) {
			mu.Lock()
			if !owed[i] {
				t.Errorf("%d is woken, and not owed", i)
			}
			owed[i] = false
			mu.Unlock()
		}
		parkers.Wait()
		for i, is := range owed {
			if is {
				t.Errorf("%d is not woken", i)
			}
		}
	}
}
