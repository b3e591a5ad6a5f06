package netio_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
)

// One write of 64 MiB arrives as it was.
func TestLargeWrite(t *testing.T) {
	r := running(t)
	a, b := connected(t, r, "tcp")
	const size = 64 << 20
	seed := [32]byte{1}
	large := make([]byte, size)
	_, _ = rand.NewChaCha8(seed).Read(large)
	written := make(chan error, 1)
	go func() {
		n, err := a.Write(large)
		if n != size {
			t.Errorf("%d bytes written", n)
		}
		written <- err
	}()
	same, buf, want := rand.NewChaCha8(seed), make([]byte, 128<<10), make([]byte, 128<<10)
	for at := 0; at < size; {
		n, err := b.Read(buf)
		if err != nil {
			t.Fatalf("after %d bytes: %v", at, err)
		}
		_, _ = same.Read(want[:n])
		if !bytes.Equal(buf[:n], want[:n]) {
			t.Fatalf("what came after %d bytes differs", at)
		}
		at += n
	}
	if err := got(t, written, "the write"); err != nil {
		t.Error(err)
	}
}

// Writes that take many system calls are not mixed, and none of them is held up
// for good.
func TestWritersAreNotMixed(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			if !has(t, network) {
				t.Skip("not here")
			}
			r := running(t)
			a, b := connected(t, r, network)
			if err := a.SetWriteBuffer(64 << 10); err != nil {
				t.Fatal(err)
			}
			const writers, records, size = 8, 6, 200_000
			var all sync.WaitGroup
			for i := range writers {
				all.Go(func() {
					record := bytes.Repeat([]byte{byte(i)}, size)
					for range records {
						if n, err := a.Write(record); n != size || err != nil {
							t.Errorf("%d, %v", n, err)
						}
					}
				})
			}
			record, seen := make([]byte, size), [writers]int{}
			for range writers * records {
				if _, err := io.ReadFull(b, record); err != nil {
					t.Fatal(err)
				}
				if bytes.Count(record, record[:1]) != size {
					t.Fatal("two writes are mixed")
				}
				seen[record[0]]++
			}
			all.Wait()
			for i, n := range seen {
				if n != records {
					t.Errorf("%d records of writer %d", n, i)
				}
			}
		})
	}
}
