package load

import (
	"fmt"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
	"golang.org/x/sys/unix"
)

// enoughHandles lets this process, and the servers that it starts, have as many
// connections as they may, and reports whether that is enough.
func enoughHandles(conns int) error {
	const others = 64
	need := uint64(conns + others)
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return err
	}
	if limit.Max < need {
		return &contender.UnavailableError{Reason: fmt.Sprintf("needs ulimit -n %d", need)}
	}
	// Go has raised its own limit, but its children have the old one, unless the
	// limit is set.
	limit.Cur = limit.Max
	return unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
}
