package park_test

import (
	"errors"
	"net"
	"os"
	"testing"

	"github.com/rouse-io/rouse/park"
)

// The errors are found as what they are.
func TestErrors(t *testing.T) {
	if !errors.Is(park.ErrIdle, os.ErrDeadlineExceeded) || errors.Is(park.ErrIdle, os.ErrClosed) {
		t.Error("ErrIdle is not os.ErrDeadlineExceeded alone")
	}
	if timeout, ok := park.ErrIdle.(net.Error); !ok || !timeout.Timeout() {
		t.Error("ErrIdle is no timeout")
	}
	if !errors.Is(park.ErrClosed, os.ErrClosed) || errors.Is(park.ErrClosed, net.ErrClosed) {
		t.Error("ErrClosed is not os.ErrClosed alone: the connection is not closed")
	}
}
