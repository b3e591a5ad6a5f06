package reactor_test

import (
	"os"
	"testing"

	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/windows"
)

// x/sys has not this call.
var procCompareObjectHandles = windows.NewLazySystemDLL("kernelbase.dll").NewProc("CompareObjectHandles")

// isOpen reports whether a handle, which was a process's, still is: the values of
// those that were closed are soon those of Go's own threads and events.
func isOpen(h reactor.Handle) bool {
	_, err := windows.GetProcessId(windows.Handle(h))
	return err == nil || err == windows.ERROR_ACCESS_DENIED // it is for waiting alone
}

// handlesOf counts the handles of a process that this one has. They are small
// numbers, divisible by 4.
func handlesOf(t testing.TB, p *os.Process) int {
	t.Helper()
	n := 0
	err := p.WithHandle(func(handle uintptr) {
		for h := uintptr(4); h < 1<<15; h += 4 {
			if same, _, _ := procCompareObjectHandles.Call(h, handle); same != 0 {
				n++
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
