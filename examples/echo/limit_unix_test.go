//go:build unix

package main

import "syscall"

// canLimit: a process can give up descriptors.
const canLimit = true

// limitDescriptors lets this process have n descriptors, for good.
func limitDescriptors(n uint32) error {
	var r syscall.Rlimit
	set(&r.Cur, n)
	set(&r.Max, n)
	return syscall.Setrlimit(syscall.RLIMIT_NOFILE, &r)
}

// set sets a number of a type that differs between systems.
func set[T int64 | uint64](p *T, n uint32) { *p = T(n) }
