package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"time"
)

// A report is what a server process tells of itself.
type report struct {
	Addr       string
	Clients    int
	Messages   int64 // that clients have sent
	Goroutines int
	CPU        time.Duration // of user and kernel, since the process began; 0 where that is not known
	Resident   int64         // bytes
	Heap       int64         // bytes in use
}

// report measures this process. It first collects garbage and gives back what is
// free, and so takes a while.
func (s *server) report() report {
	// The second collection takes what the first one has only let go of: pools and
	// what had a cleanup.
	runtime.GC()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r := s.quickReport()
	r.Resident, r.Heap = resident(), int64(m.HeapAlloc)
	return r
}

// quickReport is a report without the memory.
func (s *server) quickReport() report {
	return report{
		Addr:       s.addr(),
		Clients:    s.live(),
		Messages:   s.messages.Load(),
		Goroutines: runtime.NumGoroutine(),
		CPU:        cpuTime(),
	}
}

// answer is the server's end of the control pipe.
func (s *server) answer(question string) (any, error) {
	switch question {
	case askQuick:
		return s.quickReport(), nil
	case askReport:
		return s.report(), nil
	}
	return nil, fmt.Errorf("%q: %w", question, errors.ErrUnsupported)
}

func (r report) String() string {
	return fmt.Sprintf("%s clients, %s messages from them, %s goroutines, %.1f MB resident, %.1f MB heap", count(r.Clients),
		count(r.Messages), count(r.Goroutines), float64(r.Resident)/1e6, float64(r.Heap)/1e6)
}

// tell writes a report every ten seconds.
func (s *server) tell(ctx context.Context, out io.Writer) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_, _ = fmt.Fprintln(out, s.report())
		case <-ctx.Done():
			return
		}
	}
}
