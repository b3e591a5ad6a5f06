//go:build !race

package tracelog_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/rouse-io/rouse/reactor/tracelog"
)

// What is not shown is not made. (Under the race detector everything allocates.)
func TestAllocations(t *testing.T) {
	var out bytes.Buffer
	hooks := tracelog.New(logger(&out, slog.LevelError))
	if got := testing.AllocsPerRun(100, func() { tell(hooks) }); got != 0 || out.Len() != 0 {
		t.Errorf("%v allocations, wrote %q", got, &out)
	}
}
