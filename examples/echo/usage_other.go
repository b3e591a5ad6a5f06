//go:build !unix && !windows

package main

import "time"

// cpuTime is unknown here.
func cpuTime() time.Duration { return 0 }

// descriptorLimit is unknown here.
func descriptorLimit() (int, bool) { return 0, false }
