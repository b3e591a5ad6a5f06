package netio_test

import (
	"errors"
	"io"
	"testing"
)

// A read that waits ends when the direction is shut down, on every system.
func TestCloseReadWakes(t *testing.T) {
	r := running(t)
	l := listening(t, r, "tcp")
	for range 20 {
		a, b := pairOf(t, r, l)
		ended := make(chan error, 1)
		go func() {
			_, err := a.Read(make([]byte, 8))
			ended <- err
		}()
		if err := a.CloseRead(); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; err == nil || errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("read: %v", err)
		}
		_, _ = a.Close(), b.Close()
	}
}
