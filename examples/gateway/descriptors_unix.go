//go:build unix

package main

import "golang.org/x/sys/unix"

// descriptorLimit is how many descriptors this process may have.
func descriptorLimit() (int, bool) {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &r); err != nil {
		return 0, false
	}
	// Unlimited is the largest number of a type that differs between systems.
	return int(min(uint64(r.Cur), 1<<30)), true
}
