//go:build unix

package main

import (
	"math"

	"golang.org/x/sys/unix"
)

// mostClients is how many clients there are descriptors for: each has both ends of
// its own connection, and its share of the other kinds.
func mostClients() int {
	const (
		others = 200
		each   = 5
	)
	var limit unix.Rlimit
	if unix.Getrlimit(unix.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) > math.MaxInt32 {
		return math.MaxInt
	}
	return max((int(limit.Cur)-others)/each, 1)
}
