package park

import (
	"context"
	"errors"
	"iter"
	"sync"
	"syscall"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

// A Queue is a Lot for who drives a loop of his own: what has woken is ranged
// over, one after the other, on the goroutine that takes the reactor's turns.
type Queue[T any] struct {
	lot *Lot[T]
	r   *reactor.Reactor

	mu    sync.Mutex // a leaf
	woken []woken[T]
	next  int // in woken
	err   error
}

type woken[T any] struct {
	v T
	w Wake
}

// NewQueue makes a Queue on r, which nobody else drives. The idle time is that
// of [NewLot].
func NewQueue[T any](r *reactor.Reactor, idle time.Duration) *Queue[T] {
	q := &Queue[T]{r: r}
	q.lot = NewLot(r, idle, q.push)
	q.lot.nudge = func() { _ = r.Wake() } // it fails only when the turn has ended already
	return q
}

// Park is [Lot.Park]; the wake is yielded by a range over [Queue.Woken], with v.
func (q *Queue[T]) Park(c syscall.Conn, v T) (*Spot[T], error) { return q.lot.Park(c, v) }

// Len returns how many connections are parked. Those that have woken, and were
// not yielded yet, are not counted.
func (q *Queue[T]) Len() int { return q.lot.Len() }

// Close is [Lot.Close]: all who are parked are yielded with ErrClosed, and then
// a range over [Queue.Woken] ends. The reactor stays open.
func (q *Queue[T]) Close() error { return q.lot.Close() }

// Woken takes the turns of the reactor and yields who wakes, each once. No turn
// is taken while the body of the range runs; it may call anything, park
// connections and Cancel above all.
//
// The range ends when ctx does, after Close of the queue or the reactor when
// all who were parked have been yielded, and when somebody else takes the
// reactor's turns: [Queue.Err] tells. It may be left by break, and begun again:
// what was not yielded by one range is yielded by the next. A nil ctx never
// ends.
//
// One goroutine ranges at a time.
func (q *Queue[T]) Woken(ctx context.Context) iter.Seq2[T, Wake] {
	if ctx == nil {
		ctx = context.Background()
	}
	return func(yield func(T, Wake) bool) {
		stop := context.AfterFunc(ctx, q.lot.nudge)
		defer stop()
		q.setErr(nil)
		q.setErr(q.drive(ctx, yield))
	}
}

// Err returns why the last range over Woken ended: nil if it was left, or did
// not end yet; ctx's error; ErrClosed; reactor.ErrShutdown; reactor.ErrBusy
// where another goroutine drives the reactor; or what [reactor.Reactor.Turn] said.
func (q *Queue[T]) Err() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.err
}

func (q *Queue[T]) setErr(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err = err
}

// drive takes turns and yields until it is told to end, and returns why.
func (q *Queue[T]) drive(ctx context.Context, yield func(T, Wake) bool) error {
	for ended := error(nil); ; ended = q.turn() {
		for {
			if err := ctx.Err(); err != nil {
				return err
			}
			e, ok := q.pop()
			if !ok {
				break
			}
			if !yield(e.v, e.w) {
				return nil
			}
		}
		if ended != nil {
			return ended
		}
	}
}

// turn takes a turn. Where it returns that the queue or the reactor was closed,
// everybody who had to be told is queued.
func (q *Queue[T]) turn() error {
	if q.lot.isClosed() {
		q.lot.awaitSettled()
		return ErrClosed
	}
	_, err := q.r.Turn(-1)
	if errors.Is(err, reactor.ErrShutdown) {
		q.lot.awaitSettled()
	}
	return err
}

// push is the lot's wake.
func (q *Queue[T]) push(v T, w Wake) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.woken = append(q.woken, woken[T]{v, w})
}

// pop returns the oldest.
func (q *Queue[T]) pop() (woken[T], bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.next == len(q.woken) {
		return woken[T]{}, false
	}
	e := q.woken[q.next]
	q.woken[q.next] = woken[T]{}
	q.next++
	if q.next == len(q.woken) {
		q.woken, q.next = q.woken[:0], 0
	}
	return e, true
}
