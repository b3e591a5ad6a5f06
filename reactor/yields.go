package reactor

import "github.com/rouse-io/rouse/internal/step"

// A yield is a registration whose owner used up its budget. Its waker is in
// its slot, where deregistration and shutdown find it too.
type yield struct {
	io         *scheduledIO
	generation uint32
	direction  Direction
}

// yields are the owners to wake in the next turn.
type yields struct {
	size  step.Int32 // len(list), for a look without the lock
	mu    step.Mutex // a leaf
	list  []yield
	spare []yield // what take returned before last, to use again
}

func (y *yields) push(v yield) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.list = append(y.list, v)
	y.size.Store(int32(len(y.list)))
}

// take returns all, until the next take.
func (y *yields) take() []yield {
	if y.size.Load() == 0 {
		return nil
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	taken := y.list
	clear(y.spare)
	y.list, y.spare = y.spare[:0], taken
	y.size.Store(0)
	return taken
}
