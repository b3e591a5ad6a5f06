package main

import "runtime/metrics"

// mapped is the memory that Go holds and has not given back, in bytes.
func mapped() int64 {
	m := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(m)
	return int64(m[0].Value.Uint64() - m[1].Value.Uint64())
}
