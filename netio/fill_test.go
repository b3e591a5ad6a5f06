package netio_test

import (
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// fill writes until nothing more goes in, and returns how much that was. It
// leaves c without a write deadline.
func fill(t testing.TB, c net.Conn) (written int) {
	t.Helper()
	chunk := make([]byte, 64<<10)
	for {
		// What was on its way when the buffer was full makes room once more.
		if err := c.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		n, err := c.Write(chunk)
		written += n
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && n == 0:
			if err := c.SetWriteDeadline(time.Time{}); err != nil {
				t.Fatal(err)
			}
			return written
		case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			t.Fatal(err)
		}
	}
}
