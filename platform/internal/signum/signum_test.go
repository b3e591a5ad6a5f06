//go:build unix

package signum

import (
	"math"
	"os"
	"syscall"
	"testing"
)

type other struct{}

func (other) String() string { return "other" }
func (other) Signal()        {}

func TestOf(t *testing.T) {
	const last = 40
	for _, s := range []os.Signal{
		nil, other{}, syscall.Signal(0), syscall.Signal(-1), syscall.Signal(math.MinInt32),
		syscall.Signal(last + 1), syscall.Signal(math.MaxInt32), syscall.SIGKILL, syscall.SIGSTOP, os.Kill,
	} {
		if n, ok := Of(s, last); n != 0 || ok {
			t.Errorf("%v: %d, %v", s, n, ok)
		}
	}
	for _, s := range []syscall.Signal{1, syscall.SIGUSR1, syscall.SIGTERM, last} {
		if n, ok := Of(s, last); n != int(s) || !ok {
			t.Errorf("%v: %d, %v", s, n, ok)
		}
	}
}
