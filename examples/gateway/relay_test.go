package main

import (
	"sync"
	"sync/atomic"
	"testing"
)

// Jobs that block hold up no other, and every job is run.
func TestRelay(t *testing.T) {
	stuck := make(chan struct{})
	var others sync.WaitGroup
	var run atomic.Int64
	r := newRelay(func(job int) {
		run.Add(1)
		if job%10 == 0 {
			<-stuck
			return
		}
		others.Done()
	})
	const jobs = 1000
	others.Add(jobs * 9 / 10)
	var adders sync.WaitGroup
	for a := range 10 {
		adders.Go(func() {
			for i := range jobs / 10 {
				r.add(a*jobs/10 + i)
			}
		})
	}
	adders.Wait()
	others.Wait() // while a tenth of them is stuck
	close(stuck)
	r.close()
	if n := run.Load(); n != jobs {
		t.Errorf("%d jobs were run, want %d", n, jobs)
	}
	r.add(1)
	r.close()
	if n := run.Load(); n != jobs {
		t.Error("a job was run after the end")
	}
}

// The queue does not grow with what has been through it, also where it is never
// empty.
func TestRelayIsSmall(t *testing.T) {
	const together, each = 10, 1000
	var left sync.WaitGroup
	left.Add(together * each)
	var r *relay[int]
	r = newRelay(func(job int) {
		if job > 1 {
			r.add(job - 1)
		}
		left.Done()
	})
	for range together {
		r.add(each)
	}
	left.Wait()
	r.close()
	if n := cap(r.queue); n > 8*together {
		t.Errorf("room for %d jobs where there were %d", n, together)
	}
}
