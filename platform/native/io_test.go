//go:build unix

package native_test

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"golang.org/x/sys/unix"
)

// pipe returns the two ends of a non-blocking pipe, and what closes them.
func pipe(t *testing.T) (r, w platform.Handle, closeEnd func(platform.Handle)) {
	t.Helper()
	needsAdapter(t)
	var fds [2]int
	if err := unix.Pipe(fds[:]); err != nil {
		t.Fatal(err)
	}
	return ends(t, fds)
}

// datagrams returns two non-blocking datagram sockets that are connected.
func datagrams(t *testing.T) (a, b platform.Handle) {
	t.Helper()
	needsAdapter(t)
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, b, _ = ends(t, fds)
	return a, b
}

// needsAdapter skips a test of a system that has none.
func needsAdapter(t *testing.T) {
	t.Helper()
	if _, err := native.Read(platform.NoHandle, nil); errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
}

// ends makes handles of two descriptors, which are closed with the test if they
// were not before.
func ends(t *testing.T, fds [2]int) (a, b platform.Handle, closeEnd func(platform.Handle)) {
	t.Helper()
	open := make(map[platform.Handle]bool)
	closeEnd = func(h platform.Handle) {
		if open[h] {
			open[h] = false
			_ = unix.Close(int(h))
		}
	}
	for _, fd := range fds {
		unix.CloseOnExec(fd)
		open[platform.Handle(fd)] = true
		t.Cleanup(func() { closeEnd(platform.Handle(fd)) })
	}
	for _, fd := range fds {
		if err := unix.SetNonblock(fd, true); err != nil {
			t.Fatal(err)
		}
	}
	return platform.Handle(fds[0]), platform.Handle(fds[1]), closeEnd
}

// transferred checks the result of Read or Write.
func transferred(t *testing.T, what string, n int, err error, wantN int, wantErr error) {
	t.Helper()
	if n != wantN || !errors.Is(err, wantErr) {
		t.Errorf("%s = %d, %v, want %d, %v", what, n, err, wantN, wantErr)
	}
}

func TestReadWrite(t *testing.T) {
	r, w, closeEnd := pipe(t)
	buf := make([]byte, 16)

	n, err := native.Read(r, buf)
	transferred(t, "read of nothing", n, err, 0, native.WouldBlock)
	n, err = native.Write(w, []byte("hello"))
	transferred(t, "write", n, err, 5, nil)
	n, err = native.Read(r, buf[:2])
	transferred(t, "read of a part", n, err, 2, nil)
	n, err = native.Read(r, buf[2:])
	transferred(t, "read of the rest", n, err, 3, nil)
	if string(buf[:5]) != "hello" {
		t.Errorf("read %q", buf[:5])
	}
	n, err = native.Read(r, buf)
	transferred(t, "read of nothing more", n, err, 0, native.WouldBlock)

	closeEnd(w)
	for range 2 {
		n, err = native.Read(r, buf)
		transferred(t, "read at the end", n, err, 0, nil)
	}
}

func TestWriteFull(t *testing.T) {
	r, w, closeEnd := pipe(t)
	block := bytes.Repeat([]byte("x"), 1<<16)
	sum := 0
	for {
		n, err := native.Write(w, block)
		if err != nil {
			transferred(t, "write to a full pipe", n, err, 0, native.WouldBlock)
			break
		}
		sum += n
	}
	for sum > 0 {
		n, err := native.Read(r, block)
		if err != nil || n == 0 {
			t.Fatalf("read = %d, %v, and %d bytes are left", n, err, sum)
		}
		sum -= n
	}
	if sum < 0 {
		t.Errorf("%d bytes too many were read", -sum)
	}
	closeEnd(r)
	n, err := native.Write(w, block)
	transferred(t, "write to nobody", n, err, 0, unix.EPIPE)
}

// An empty slice, a nil one too, is no error where the handle has none.
func TestReadWriteEmpty(t *testing.T) {
	r, w, _ := pipe(t)
	for _, p := range [][]byte{nil, {}} {
		n, err := native.Read(r, p)
		transferred(t, "read of no bytes", n, err, 0, nil)
		n, err = native.Write(w, p)
		transferred(t, "write of no bytes", n, err, 0, nil)
	}
	// To a datagram socket it is a message.
	a, b := datagrams(t)
	buf := make([]byte, 1)
	n, err := native.Read(b, buf)
	transferred(t, "read of no message", n, err, 0, native.WouldBlock)
	n, err = native.Write(a, nil)
	transferred(t, "write of an empty message", n, err, 0, nil)
	n, err = native.Read(b, buf)
	transferred(t, "read of an empty message", n, err, 0, nil)
	n, err = native.Read(b, buf)
	transferred(t, "read of no message", n, err, 0, native.WouldBlock)
}

// The error of a handle that is none is the system's own, bare.
func TestReadWriteBadHandle(t *testing.T) {
	r, _, closeEnd := pipe(t)
	buf := make([]byte, 1)
	// The ends of a pipe will not do: those of some systems go both ways.
	path := filepath.Join(t.TempDir(), "file")
	for _, c := range []struct {
		flag int
		call func(platform.Handle, []byte) (int, error)
	}{{os.O_WRONLY | os.O_CREATE, native.Read}, {os.O_RDONLY, native.Write}} {
		f, err := os.OpenFile(path, c.flag, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		n, err := c.call(platform.Handle(f.Fd()), buf)
		transferred(t, "what a file was not opened for", n, err, 0, unix.EBADF)
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	closeEnd(r)
	five := 5
	for _, h := range []platform.Handle{r, platform.NoHandle, platform.Handle(-five), math.MaxInt32, 1 << 31} {
		n, err := native.Read(h, buf)
		transferred(t, "read of no handle", n, err, 0, unix.EBADF)
		if err != unix.EBADF {
			t.Errorf("read: %T, want the bare error", err)
		}
		n, err = native.Write(h, buf)
		transferred(t, "write to no handle", n, err, 0, unix.EBADF)
	}
}

func TestReadWriteAllocations(t *testing.T) {
	r, w, _ := pipe(t)
	buf := make([]byte, 64)
	allocs := testing.AllocsPerRun(100, func() {
		for _, p := range [][]byte{buf, nil} {
			if _, err := native.Write(w, p); err != nil {
				t.Fatal(err)
			}
			if _, err := native.Read(r, buf[:len(p)]); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := native.Read(r, buf); err != native.WouldBlock {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
