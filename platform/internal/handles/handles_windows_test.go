package handles

import (
	"testing"

	"golang.org/x/sys/windows"
)

// What is opened is counted, and what is closed is not.
func TestCount(t *testing.T) {
	count := func() map[string]int {
		counts, err := Count()
		if err != nil {
			t.Fatal(err)
		}
		return counts
	}
	before := count()
	t.Log(before)
	port, err := windows.CreateIoCompletionPort(windows.InvalidHandle, 0, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if n := count()["IoCompletion"]; n != before["IoCompletion"]+1 {
		t.Errorf("%d ports, %d before another was opened", n, before["IoCompletion"])
	}
	if err := windows.CloseHandle(port); err != nil {
		t.Fatal(err)
	}
	if n := count()["IoCompletion"]; n != before["IoCompletion"] {
		t.Errorf("%d ports, %d before", n, before["IoCompletion"])
	}
}
