package main

import "time"

// A backoff is how long to wait before trying again: 5 ms, and twice as long
// each time, up to a second. The zero value is ready to use.
type backoff struct{ last time.Duration }

func (b *backoff) next() time.Duration {
	b.last = min(max(2*b.last, 5*time.Millisecond), time.Second)
	return b.last
}

func (b *backoff) reset() { b.last = 0 }
