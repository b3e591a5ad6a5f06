package serving

import (
	"crypto/sha256"
	"fmt"
	"runtime"
)

// compute begins work that keeps every processor of the program busy: "pieces" of
// some tens of microseconds, more of them than there are processors, as a program
// under load has; or work "endless" on each processor, which only the
// scheduler interrupts.
func compute(kind string) error {
	each, yield := 1, func() {}
	switch kind {
	case "":
		return nil
	case "pieces":
		each, yield = 2, runtime.Gosched
	case "endless":
	default:
		return fmt.Errorf("-busy %s: want pieces or endless", kind)
	}
	for range each * runtime.GOMAXPROCS(0) {
		go func() {
			for piece := make([]byte, 16<<10); ; yield() {
				sum := sha256.Sum256(piece)
				copy(piece, sum[:])
			}
		}()
	}
	return nil
}
