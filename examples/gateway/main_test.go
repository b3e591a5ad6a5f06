package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// asProgram is set where the test binary is to be the program: for the children
// of the demonstration.
const asProgram = "ROUSE_GATEWAY_TEST"

// limit is a deadline that only a hang meets.
const limit = 30 * time.Second

func TestMain(m *testing.M) {
	// The fuzzer's children are tests.
	if os.Getenv(asProgram) != "" && !strings.HasPrefix(os.Args[1], "-test.") {
		main()
	}
	// The race detector would make each child wait a second before it ends.
	for name, value := range map[string]string{asProgram: "1", "GORACE": "atexit_sleep_ms=0 " + os.Getenv("GORACE")} {
		if err := os.Setenv(name, value); err != nil {
			panic(err)
		}
	}
	before := runtime.NumGoroutine()
	code := m.Run()
	fuzzing := flag.Lookup("test.fuzz").Value.String() != "" // the fuzzer leaves one that waits for signals
	if code == 0 && !fuzzing && !ended(before) {
		buf := make([]byte, 1<<20)
		_, _ = os.Stderr.Write(buf[:runtime.Stack(buf, true)])
		code = 1
	}
	os.Exit(code)
}

// ended waits until there are no more than n goroutines.
func ended(n int) bool {
	for end := time.Now().Add(limit); runtime.NumGoroutine() > n; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// What can go wrong is told in one line.
func TestOneLine(t *testing.T) {
	used, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = used.Close() }()
	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"used port", []string{"-listen", used.Addr().String()}, 1, used.Addr().String()},
		{"no port", []string{"-listen", "127.0.0.1"}, 1, "missing port"},
		{"style", []string{"-listen", "127.0.0.1:0", "-style", "x"}, 1, "park or goroutine"},
		{"no mode", nil, 2, "-listen or -demo"},
		{"two modes", []string{"-listen", "127.0.0.1:0", "-demo"}, 2, "-listen or -demo"},
		{"an argument", []string{"-demo", "x"}, 2, "flags alone"},
		{"negative", []string{"-demo", "-clients", "-1"}, 2, "65535"},
		{"too many", []string{"-demo", "-clients", "65536"}, 2, "65535"},
		{"never", []string{"-demo", "-every", "0s"}, 2, "more than 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out, errOut bytes.Buffer
			code := run(t.Context(), test.args, strings.NewReader(""), &out, &errOut)
			if code != test.code || out.Len() > 0 {
				t.Errorf("exit code %d, want %d, and wrote %q", code, test.code, &out)
			}
			if got := errOut.String(); !strings.Contains(got, test.want) || strings.Count(got, "\n") != 1 {
				t.Errorf("want one line with %q, got %q", test.want, got)
			}
		})
	}
}

// The program says where it listens, and ends with its context.
func TestListen(t *testing.T) {
	everyStyle(t, func(t *testing.T, style string) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		out, in := io.Pipe()
		code := make(chan int, 1)
		var errOut bytes.Buffer
		go func() {
			code <- run(ctx, []string{"-listen", "127.0.0.1:0", "-style", style, "-every", "100ms"}, strings.NewReader(""), in, &errOut)
		}()
		line := make([]byte, 100)
		n, err := out.Read(line)
		if err != nil {
			t.Fatal(err)
		}
		p := dial(t, strings.TrimSpace(strings.TrimPrefix(string(line[:n]), "listening on ws://")))
		if text := p.text(); !strings.HasPrefix(text, `{"time":"`) {
			t.Errorf("broadcast %q", text)
		}
		stop()
		p.expectClose(1001)
		p.close()
		if got := <-code; got != 0 {
			t.Errorf("exit code %d: %s", got, &errOut)
		}
	})
}

// The demonstration, as short as can be.
func TestDemo(t *testing.T) {
	needPoller(t)
	var out, errOut bytes.Buffer
	code := run(t.Context(), []string{"-demo", "-clients", "40", "-every", "100ms"}, strings.NewReader(""), &out, &errOut)
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, &errOut)
	}
	t.Logf("\n%s", &out)
	for _, want := range []string{"style", "clients", "goroutines", "resident", "heap", "\npark ", "\ngoroutine "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
	for line := range strings.Lines(out.String()) {
		if fields := strings.Fields(line); strings.HasPrefix(line, "park ") && (fields[1] != "40" || len(fields[2]) > 1) {
			t.Errorf("want 40 clients and fewer than 10 goroutines: %s", line)
		}
	}
}

// A server that is not there ends the demonstration's clients with an error.
func TestNobodyThere(t *testing.T) {
	needPoller(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	if code := run(t.Context(), []string{"-crowd", addr, "-clients", "20"}, strings.NewReader(""), &out, &errOut); code != 1 {
		t.Errorf("exit code %d: %s", code, &errOut)
	}
}
