package interleave

// MaxThreads is how many threads a scenario may have.
const MaxThreads = 8

// A clock has, for each thread, the last of its events that is known to come
// before: 0 is none. A vector clock, with the positions of events for times.
type clock [MaxThreads]int32

// join makes c know all that d knows.
func (c *clock) join(d *clock) {
	for i := range c {
		c[i] = max(c[i], d[i])
	}
}

// An event is a step that was taken.
type event struct {
	thread int
	op     operation
	clock  clock // with the event itself
}
