package reactor_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/windows"
)

// fragile reports whether this is Wine, whose server ends on an assertion in
// sock_poll_event, and with it every program, when a socket is closed just when
// its peer is, and its poll cancelled.
func fragile() bool {
	return windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil
}

// badHandle is what an operation on no handle says.
const badHandle = windows.WSAENOTSOCK

// socketPair returns two connected, non-blocking stream sockets.
func socketPair(t testing.TB) (reactor.Handle, reactor.Handle) {
	t.Helper()
	l, addr, err := sock.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer closeHandle(t, l)
	a, err := sock.Connect(addr)
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(deadline); ; runtime.Gosched() {
		switch b, err := sock.Accept(l); {
		case err == nil:
			return a, b
		case err != windows.WSAEWOULDBLOCK || time.Now().After(end):
			t.Fatal(err)
		}
	}
}

func closeHandle(t testing.TB, h reactor.Handle) {
	t.Helper()
	if err := sock.Close(h); err != nil {
		t.Errorf("close %#x: %v", h, err)
	}
}

func shutdownWrite(h reactor.Handle) error {
	return windows.Shutdown(windows.Handle(h), windows.SHUT_WR)
}
