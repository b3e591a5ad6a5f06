package oracle

import (
	"slices"
	"time"
)

// minimise takes steps out of a script that fails, as long as it still does:
// first large parts, then smaller ones, until no single step can go. This is
// Zeller's delta debugging. It ends early when the time is over.
func minimise(s script, budget time.Duration, fails func(script) bool) script {
	end := time.Now().Add(budget)
	for size := len(s) / 2; size > 0; {
		shorter := false
		for at := 0; at < len(s) && time.Now().Before(end); {
			without := slices.Concat(s[:at], s[min(at+size, len(s)):])
			if fails(without) {
				s, shorter = without, true
			} else {
				at += size
			}
		}
		switch {
		case time.Now().After(end):
			return s
		case size > 1:
			size = max(size/2, 1)
		case !shorter:
			return s
		}
	}
	return s
}
