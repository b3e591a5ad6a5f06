package main

import "time"

// Times are how long a gateway waits for a client.
type times struct {
	// idle is for how long one may be silent before it is asked whether it is still
	// there, and then until it has answered.
	idle time.Duration

	// patience is for how long one may take to end what it has begun: a frame, a
	// message, or its part of the goodbye.
	patience time.Duration

	// write is for how long one may take to take a frame.
	write time.Duration
}

var usualTimes = times{idle: time.Minute, patience: 30 * time.Second, write: 5 * time.Second}
