package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// echo runs the program in this process, and returns its exit code and what it
// wrote.
func echo(ctx context.Context, args ...string) (code int, out, errOut string) {
	var o, e bytes.Buffer
	code = run(ctx, args, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

// What can go wrong is told in one line that says what to do.
func TestOneLine(t *testing.T) {
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = used.Close() }()
	unused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = unused.Close()
	tests := []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"used port, poll", []string{"-listen", used.Addr().String()}, 1, []string{used.Addr().String(), "choose another port"}},
		{"used port, goroutine", []string{"-listen", used.Addr().String(), "-style", "goroutine"}, 1, []string{"choose another port"}},
		{"used port, std", []string{"-listen", used.Addr().String(), "-style", "std"}, 1, []string{"choose another port"}},
		{"no port", []string{"-listen", "127.0.0.1"}, 1, []string{"want host:port"}},
		{"port too large", []string{"-listen", "127.0.0.1:99999"}, 1, []string{"want host:port"}},
		{"not ours", []string{"-listen", "192.0.2.1:0"}, 1, []string{"192.0.2.1", "127.0.0.1"}},
		{"style", []string{"-listen", "127.0.0.1:0", "-style", "x"}, 1, []string{"poll, goroutine, std or parked"}},
		{"wait", []string{"-listen", "127.0.0.1:0", "-wait", "x"}, 1, []string{"park, block or spin"}},
		{"nobody there", []string{"-load", unused.Addr().String()}, 1, []string{"start a server first"}},
		{"load without a port", []string{"-load", "localhost"}, 1, []string{"want host:port"}},
		{"styles to compare", []string{"-demo", "-compare", "poll,x"}, 1, []string{"poll, goroutine, std and parked"}},
		{"no mode", nil, 2, []string{"-listen, -load and -demo"}},
		{"two modes", []string{"-listen", "127.0.0.1:0", "-demo"}, 2, []string{"-listen, -load and -demo"}},
		{"an argument", []string{"-demo", "x"}, 2, []string{"flags alone"}},
		{"negative", []string{"-demo", "-connections", "-1"}, 2, []string{"below 0"}},
		{"too many clients", []string{"-demo", "-connections", "65536"}, 2, []string{"65535", "port"}},
		{"no rounds", []string{"-demo", "-rounds", "0"}, 2, []string{"below 1"}},
		{"too long", []string{"-demo", "-duration", "2h"}, 2, []string{"an hour"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, out, errOut := echo(t.Context(), test.args...)
			if strings.Contains(errOut, "there is no poller for") {
				t.Skip(errOut)
			}
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if out != "" || strings.Count(errOut, "\n") != 1 || !strings.HasPrefix(errOut, "echo: ") {
				t.Errorf("want one line that begins with the program's name, got %q and %q", out, errOut)
			}
			for _, want := range test.want {
				if !strings.Contains(errOut, want) {
					t.Errorf("%q does not have %q", errOut, want)
				}
			}
		})
	}
}

// program is this very program, in a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Skipf("this program does not know itself: %v", err)
	}
	return exec.Command(self, args...)
}

// limited is the program with a descriptor limit, which it sets as ulimit does:
// for good, before it begins.
func limited(t *testing.T, limit string, args ...string) *exec.Cmd {
	t.Helper()
	if !canLimit {
		t.Skip("descriptors cannot be limited")
	}
	cmd := program(t, args...)
	cmd.Env = append(os.Environ(), asLimited+"="+limit)
	return cmd
}

// Too few descriptors for anything: one line.
func TestNoDescriptors(t *testing.T) {
	need(t, "poll")
	for _, args := range [][]string{{"-listen", "127.0.0.1:0"}, {"-demo"}, {"-load", "127.0.0.1:1"}} {
		cmd := limited(t, "16", args...)
		cmd.Stdin = strings.NewReader("") // without it package os/exec needs /dev/null
		out, err := cmd.CombinedOutput()
		if err == nil || err.Error() != "exit status 1" {
			t.Errorf("%v: %v, want exit status 1", args, err)
		}
		if bytes.Count(out, []byte("\n")) != 1 || !bytes.Contains(out, []byte("ulimit -n 33")) {
			t.Errorf("%v: want one line that says what to do, got %q", args, out)
		}
	}
}

// A server that has run out of descriptors goes on with the connections that it
// has, and takes the others when it can.
func TestOutOfDescriptors(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("there is no way to see that a process has run out of descriptors")
	}
	for _, style := range []string{"poll", "goroutine", "std", "parked"} {
		t.Run(style, func(t *testing.T) {
			need(t, style)
			c := testChild(t, limited(t, "40", "-listen", "127.0.0.1:0", "-style", style, "-control"))
			r, err := c.report(askCPU)
			if err != nil {
				t.Fatal(err)
			}
			var conns []*net.TCPConn
			for range 60 {
				conns = append(conns, dial(t, r.Addr))
			}
			open := filepath.Join("/proc", strconv.Itoa(c.cmd.Process.Pid), "fd")
			for end := time.Now().Add(deadline); ; time.Sleep(time.Millisecond) {
				names, err := os.ReadDir(open)
				if err != nil {
					t.Fatal(err)
				}
				if len(names) >= 40 {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("the server has %d descriptors open, want 40", len(names))
				}
			}
			// Each that goes makes room for another.
			for _, conn := range conns {
				ping(t, conn)
				_ = conn.Close()
			}
			if err := c.await(0); err != nil {
				t.Error(err)
			}
		})
	}
}

// Signals end a server cleanly.
func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" {
		t.Skip("there is no signal that a test can send to one process")
	}
	for _, style := range []string{"poll", "goroutine", "std", "parked"} {
		for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
			t.Run(style+"/"+sig.String(), func(t *testing.T) {
				need(t, style)
				c := testChild(t, program(t, "-listen", "127.0.0.1:0", "-style", style, "-control"))
				r, err := c.report(askCPU)
				if err != nil {
					t.Fatal(err)
				}
				ping(t, dial(t, r.Addr))
				if err := c.cmd.Process.Signal(sig); err != nil {
					t.Fatal(err)
				}
				if err := c.cmd.Wait(); err != nil {
					t.Errorf("the server has ended with %v", err)
				}
			})
		}
	}
}
