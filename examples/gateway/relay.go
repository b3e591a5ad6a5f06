package main

import "sync"

// A relay runs jobs, each on a goroutine that has handed the rest over to another
// one before it begins. So a job that blocks holds up no other, and there are as
// many goroutines as jobs that block, and a few: not one for each that waits.
type relay[T any] struct {
	run func(T)

	mu     sync.Mutex
	queue  []T
	next   int  // in queue
	led    bool // somebody takes the next job
	active int  // goroutines
	closed bool
	idle   sync.Cond // active has become 0
}

func newRelay[T any](run func(T)) *relay[T] {
	r := &relay[T]{run: run}
	r.idle.L = &r.mu
	return r
}

// add has jobs run. It does not block. After close it does nothing.
func (r *relay[T]) add(jobs ...T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || len(jobs) == 0 {
		return
	}
	if r.next > len(r.queue)/2 {
		n := copy(r.queue, r.queue[r.next:])
		clear(r.queue[n:])
		r.queue, r.next = r.queue[:n], 0
	}
	r.queue = append(r.queue, jobs...)
	if !r.led {
		r.handOver()
	}
}

// handOver has somebody take the next job. It needs mu.
func (r *relay[T]) handOver() {
	r.led = true
	r.active++
	go r.lead()
}

// lead takes the next job, hands over, and runs it.
func (r *relay[T]) lead() {
	r.run(r.take())
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active--
	if r.active == 0 {
		r.idle.Broadcast()
	}
}

func (r *relay[T]) take() T {
	r.mu.Lock()
	defer r.mu.Unlock()
	var none T
	job := r.queue[r.next]
	r.queue[r.next] = none // for the collector
	r.next++
	if r.next < len(r.queue) {
		r.handOver()
		return job
	}
	r.queue, r.next, r.led = r.queue[:0], 0, false
	return job
}

// waiting is how many jobs nobody has begun.
func (r *relay[T]) waiting() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.queue) - r.next
}

// close returns when all jobs have been run.
func (r *relay[T]) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for r.active > 0 {
		r.idle.Wait()
	}
}
