package main

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

// A snapshot is what the process holds.
type snapshot struct {
	goroutines  int
	descriptors int // below 0 where they can't be counted
	heap        uint64
}

// take looks after what is free was collected.
func take() snapshot {
	for range 4 { // what a collection finds may be freed by the next
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return snapshot{runtime.NumGoroutine(), descriptors(), m.HeapAlloc}
}

// slack is what the heap may grow by: pools, and what the runtime keeps.
const slack = 2 << 20

// compare says what is more than before. What is on its way out has some time:
// a goroutine that has told its last word may not have ended yet.
func (before snapshot) compare() error {
	for end := time.Now().Add(time.Minute); ; runtime.Gosched() {
		err := before.differs(take())
		if err == nil || time.Now().After(end) {
			return err
		}
	}
}

func (before snapshot) differs(now snapshot) error {
	var errs []error
	if now.goroutines > before.goroutines {
		stacks := make([]byte, 1<<16)
		stacks = stacks[:runtime.Stack(stacks, true)]
		errs = append(errs, fmt.Errorf("%d goroutines, before %d:\n%s", now.goroutines, before.goroutines, stacks))
	}
	if now.descriptors > before.descriptors {
		errs = append(errs, fmt.Errorf("%d descriptors, before %d", now.descriptors, before.descriptors))
	}
	if now.heap > before.heap+slack {
		errs = append(errs, fmt.Errorf("%d bytes of heap, before %d", now.heap, before.heap))
	}
	return errors.Join(errs...)
}
