package netio_test

import (
	"errors"
	"io"
	"os"
	"slices"
	"testing"
	"time"
)

// A peer that sends a byte now and then does not move a deadline, and what has
// come before it passes is there.
func TestSlowPeer(t *testing.T) {
	r := running(t)
	a, b := connected(t, r, "tcp")
	const wait = 30 * time.Millisecond
	end := time.Now().Add(wait)
	if err := a.SetReadDeadline(end); err != nil {
		t.Fatal(err)
	}
	asked, done := make(chan struct{}), make(chan error, 1)
	sent := 0
	go func() {
		for range asked {
			if _, err := b.Write([]byte{byte(sent)}); err != nil {
				done <- err
				return
			}
			sent++
		}
		done <- nil
	}()
	buf, n := make([]byte, 1<<20), 0
	asked <- struct{}{}
	var err error
	for err == nil {
		var k int
		k, err = a.Read(buf[n:])
		if n += k; err == nil {
			asked <- struct{}{}
		}
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) || time.Now().Before(end) {
		t.Errorf("%v before the deadline: %v", time.Until(end), err)
	}
	close(asked)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if err := a.SetReadDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := b.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(a)
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(buf[:n], rest)
	if len(all) != sent {
		t.Errorf("%d bytes have come of %d", len(all), sent)
	}
	for i, c := range all {
		if c != byte(i) {
			t.Fatalf("byte %d is %d", i, c)
		}
	}
}

// A peer that never reads: the deadline ends a write, which says how much went
// out; Close ends one that has no deadline.
func TestPeerNeverReads(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			if !has(t, network) {
				t.Skip("not here")
			}
			r := running(t)
			a, b := connected(t, r, network)
			const period = 251
			large := make([]byte, period<<15)
			for i := range large {
				large[i] = byte(i % period)
			}
			end := time.Now().Add(20 * time.Millisecond)
			if err := a.SetWriteDeadline(end); err != nil {
				t.Fatal(err)
			}
			n := 0
			var err error
			for err == nil { // some systems take one write, however large, as a whole
				var k int
				k, err = a.Write(large)
				n += k
			}
			if !errors.Is(err, os.ErrDeadlineExceeded) || n == 0 || time.Now().Before(end) {
				t.Fatalf("%d bytes, %v, %v before the deadline", n, err, time.Until(end))
			}
			if k, err := a.Write(large); k != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("after the deadline: %d, %v", k, err)
			}
			if err := a.SetWriteDeadline(time.Time{}); err != nil {
				t.Fatal(err)
			}
			if err := a.CloseWrite(); err != nil {
				t.Fatal(err)
			}
			all, err := io.ReadAll(b)
			if err != nil || len(all) != n {
				t.Fatalf("%d bytes have come of %d, %v", len(all), n, err)
			}
			for i, c := range all {
				if c != byte(i%period) {
					t.Fatalf("byte %d differs", i)
				}
			}
			written := make(chan error, 1)
			go func() {
				for {
					if _, err := b.Write(large); err != nil {
						written <- err
						return
					}
				}
			}()
			if _, err := a.Read(make([]byte, 1)); err != nil { // it has begun
				t.Fatal(err)
			}
			if err := b.Close(); err != nil {
				t.Error(err)
			}
			if err := got(t, written, "a write to a peer that never reads"); !isClosed(err) {
				t.Error(err)
			}
		})
	}
}
