//go:build windows

package windows

import (
	"bytes"
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// arrived waits until there is something to read, or the end.
func arrived(t *testing.T, h platform.Handle, p []byte) (int, error) {
	t.Helper()
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		n, err := Read(h, p)
		if err != windows.WSAEWOULDBLOCK || time.Now().After(end) {
			return n, err
		}
	}
}

// transferred checks the result of Read or Write.
func transferred(t *testing.T, what string, n int, err error, wantN int, wantErr error) {
	t.Helper()
	if n != wantN || err != wantErr {
		t.Errorf("%s: %d, %v, want %d, %v", what, n, err, wantN, wantErr)
	}
}

func TestReadWrite(t *testing.T) {
	a, b := tcpPair(t)
	buf := make([]byte, 16)
	n, err := Read(a, buf)
	transferred(t, "read of nothing", n, err, 0, windows.WSAEWOULDBLOCK)
	n, err = Write(b, []byte("hello"))
	transferred(t, "write", n, err, 5, nil)
	n, err = arrived(t, a, buf[:2])
	transferred(t, "read of a part", n, err, 2, nil)
	n, err = Read(a, buf[2:])
	transferred(t, "read of the rest", n, err, 3, nil)
	if string(buf[:5]) != "hello" {
		t.Errorf("read %q", buf[:5])
	}
	need(t, windows.Shutdown(windows.Handle(b), windows.SHUT_WR))
	n, err = arrived(t, a, buf)
	transferred(t, "read at the end", n, err, 0, nil)
	n, err = Read(a, buf)
	transferred(t, "read behind the end", n, err, 0, nil)
}

// A writer that is not read is told at last that it would block, and nothing is
// lost of what it was told was written.
func TestWriteFull(t *testing.T) {
	a, b := tcpPair(t)
	block := bytes.Repeat([]byte("x"), 1<<20)
	sum := 0
	for {
		n, err := Write(a, block)
		if err != nil {
			transferred(t, "write to nobody who reads", n, err, 0, windows.WSAEWOULDBLOCK)
			break
		}
		if sum += n; sum > 1<<30 {
			t.Fatal("a gigabyte was written, and nobody reads")
		}
	}
	for sum > 0 {
		n, err := arrived(t, b, block)
		need(t, err)
		sum -= n
	}
	if sum < 0 {
		t.Errorf("%d bytes too many were read", -sum)
	}
	n, err := Read(b, block)
	transferred(t, "read of nothing more", n, err, 0, windows.WSAEWOULDBLOCK)
}

// What does not fit of a datagram is lost, and the next one is whole. One
// without bytes is a datagram too.
func TestReadDatagrams(t *testing.T) {
	a, b := udpPair(t)
	for _, p := range []string{"four", "", "next"} {
		n, err := Write(b, []byte(p))
		transferred(t, "write", n, err, len(p), nil)
	}
	buf := make([]byte, 2)
	n, err := arrived(t, a, buf)
	if onWine() {
		n += len(buf) // its WSARecv says nothing of what did not fit, and 0
	}
	transferred(t, "read of a part", n, err, 2, nil)
	if string(buf) != "fo" {
		t.Errorf("read %q", buf)
	}
	n, err = arrived(t, a, buf)
	transferred(t, "read of an empty one", n, err, 0, nil)
	n, err = arrived(t, a, make([]byte, 16))
	transferred(t, "read of the last", n, err, 4, nil)
	n, err = Read(a, buf)
	transferred(t, "read of nothing", n, err, 0, windows.WSAEWOULDBLOCK)
}

// The error of a handle that is none is the system's own, bare.
func TestReadWriteBadHandle(t *testing.T) {
	for _, h := range []platform.Handle{0, 1, 4094, platform.NoHandle, platform.NoHandle - 4} {
		n, err := Read(h, make([]byte, 1))
		transferred(t, "read", n, err, 0, windows.WSAENOTSOCK)
		n, err = Write(h, make([]byte, 1))
		transferred(t, "write", n, err, 0, windows.WSAENOTSOCK)
	}
}
