package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/netip"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// A report is what a server process tells of itself.
type report struct {
	Addr        netip.AddrPort
	Connections int
	Goroutines  int
	CPU         time.Duration // of user and kernel, since the process began
	Resident    int64         // bytes; 0 where only the CPU was asked for
	Heap        int64         // bytes in use; 0 as well
}

// The questions of the control pipe, one on each line. Each is answered with a
// report in JSON on a line.
const (
	askCPU    = "cpu"
	askMemory = "memory" // collects garbage and gives back what is free, and so takes a while
)

// control answers questions until in ends. A process that is asked can measure
// itself, alone: the clients are in another one.
func control(s server, in io.Reader, out io.Writer) {
	answers := json.NewEncoder(out)
	for lines := bufio.NewScanner(in); lines.Scan(); {
		r := report{
			Addr:        s.Addr(),
			Connections: s.Live(),
			CPU:         cpuTime(),
		}
		if lines.Text() == askMemory {
			if s, ok := s.(interface{ settle() }); ok {
				s.settle()
			}
			// The second collection takes what the first one has only let go of: pools
			// and what had a cleanup.
			runtime.GC()
			debug.FreeOSMemory()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			r.Heap = int64(m.HeapAlloc)
			r.Resident = resident()
		}
		r.Goroutines = runtime.NumGoroutine()
		if answers.Encode(r) != nil {
			return
		}
	}
}

// mapped is the memory that Go holds and has not given back, in bytes.
func mapped() int64 {
	m := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(m)
	return int64(m[0].Value.Uint64() - m[1].Value.Uint64())
}
