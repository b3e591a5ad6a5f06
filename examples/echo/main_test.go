package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform/native"
)

// asProgram is set where the test binary is to be the program.
const asProgram = "ROUSE_ECHO_TEST"

// asLimited is how many descriptors it may have then, where that is less than
// usual.
const asLimited = "ROUSE_ECHO_TEST_DESCRIPTORS"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		if limit, err := strconv.ParseUint(os.Getenv(asLimited), 10, 32); err == nil {
			if err := limitDescriptors(uint32(limit)); err != nil {
				panic(err)
			}
		}
		main()
	}
	// For the children that the tests start, and those of the demonstration. The
	// race detector would make each of them wait a second before it ends.
	for name, value := range map[string]string{asProgram: "1", "GORACE": "atexit_sleep_ms=0 " + os.Getenv("GORACE")} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// deadline is what only a hang meets.
const deadline = 20 * time.Second

// A running server is one that is under test.
type running struct {
	server
	stop func() // ends it and waits for that
}

// need skips a test of what this system has no poller for.
func need(t *testing.T, style string) {
	t.Helper()
	if style == "std" {
		return
	}
	p, err := native.Open()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skipf("no poller here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

// testChild runs a server in a process of its own, which ends with the test.
func testChild(t *testing.T, cmd *exec.Cmd) *child {
	t.Helper()
	c, err := newChild(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.stop() })
	return c
}

// start runs a server in this process. It is ended with the test, and must end
// without an error and without a connection.
func start(t *testing.T, style, wait string) *running {
	t.Helper()
	need(t, style)
	s, err := newServer(style, wait, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	stopped := false
	r := &running{server: s}
	r.stop = func() {
		t.Helper()
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("Serve: %v", err)
			}
		case <-time.After(deadline):
			t.Fatal("the server does not end")
		}
		if n := s.Live(); n != 0 {
			t.Errorf("the server has ended with %d connections", n)
		}
	}
	t.Cleanup(r.stop)
	return r
}

// await waits until the server has n connections.
func (r *running) await(t *testing.T, n int) {
	t.Helper()
	for end := time.Now().Add(deadline); r.Live() != n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the server has %d connections, want %d", r.Live(), n)
		}
	}
}

// dial connects to a server. The connection is closed with the test.
func dial(t *testing.T, addr netip.AddrPort) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

// everyStyle runs a test for each style and each way to wait.
func everyStyle(t *testing.T, test func(t *testing.T, style, wait string)) {
	for _, style := range []string{"poll", "goroutine", "std", "parked"} {
		for _, wait := range []string{"park", "block", "spin"} {
			if style == "std" && wait != "park" {
				continue
			}
			t.Run(fmt.Sprintf("%s/%s", style, wait), func(t *testing.T) { test(t, style, wait) })
		}
	}
}
