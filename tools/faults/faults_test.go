package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// badly is the environment variable that makes this program a server with a fault
// of its own.
const badly = "ROUSE_FAULTS_BADLY"

func TestMain(m *testing.M) {
	if how := os.Getenv(badly); how != "" {
		serveBadly(how)
		return
	}
	os.Exit(m.Run())
}

// serveBadly is an echo server that does what a server must not do.
func serveBadly(how string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "it did not work:\n", err)
		os.Exit(1)
	}
	fmt.Println("listening on", l.Addr())
	var kept []net.Conn // so that nobody closes them
	for {
		c, err := l.Accept()
		switch {
		case err == nil:
		case how == "panics":
			panic(err)
		case how == "stops":
			<-time.After(time.Hour) // a select without cases is a deadlock to the runtime
		case how == "ends":
			fmt.Fprintln(os.Stderr, "it did not work")
			os.Exit(1)
		default:
			continue
		}
		if how == "leaks" {
			kept = append(kept, c)
			_ = kept
		}
		go func() {
			_, _ = io.Copy(struct{ io.Writer }{c}, c) // without splice(2), which has pipes
			_ = c.(*net.TCPConn).CloseWrite()
			if how != "leaks" {
				_ = c.Close()
			}
		}()
	}
}

// needStrace skips where nothing can be traced.
func needStrace(t *testing.T) {
	t.Helper()
	if err := canTrace(t.Context()); err != nil {
		t.Skip(err)
	}
}

// What must not be is found.
func TestFindings(t *testing.T) {
	needStrace(t)
	before := patience
	patience = 5 * time.Second
	t.Cleanup(func() { patience = before })
	exe, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	for how, c := range map[string]struct {
		call, errno string
		step        int
		want        string
	}{
		"panics":      {"accept4", "EMFILE", 0, "panic: "},
		"stops":       {"accept4", "EMFILE", 0, errHang.Error()},
		"ends":        {"accept4", "EMFILE", 0, "it ended while it served"},
		"leaks":       {"accept4", "ECONNABORTED", 0, "descriptors are left"},
		"tells twice": {"listen", "EADDRINUSE", 1, "more than one line"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Setenv(badly, how)
			f := &fault{program: &program{name: how, path: exe, socks: 1}, call: c.call, errno: c.errno, first: 1, step: c.step}
			if _, err := f.try(t.Context()); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(f.finding, c.want) {
				t.Errorf("found %q, want %q", f.finding, c.want)
			}
		})
	}
}

// A short run finds nothing.
func TestFaults(t *testing.T) {
	needStrace(t)
	var out strings.Builder
	err := run(t.Context(), options{duration: 2 * time.Second, jobs: 2}, &out)
	if err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	t.Log(lines[len(lines)-1])
}

// Options without a meaning are errors, and so is an end before the end.
func TestBadOptions(t *testing.T) {
	for _, o := range []options{{}, {duration: -1, jobs: 1}} {
		if err := run(t.Context(), o, io.Discard); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(ctx, options{jobs: 1}, io.Discard); err == nil {
		t.Error("cancelled: no error")
	}
}

// A table in which nothing was injected is no proof.
func TestVerdict(t *testing.T) {
	p := &program{name: "x", socks: 1}
	if err := newTable(nil).verdict(); err == nil {
		t.Error("no faults: no error")
	}
	if err := newTable([]*fault{{program: p, call: "read", errno: "EIO", hits: 2}}).verdict(); err != nil {
		t.Error(err)
	}
	bad := newTable([]*fault{{program: p, call: "read", errno: "EIO", hits: 2, finding: "x"}})
	var out strings.Builder
	if err := errors.Join(bad.write(&out, 3), bad.verdict()); err == nil || !strings.Contains(out.String(), "FINDING: x: read EIO") {
		t.Errorf("%v\n%s", err, out.String())
	}
	if !strings.Contains(out.String(), "2 of 3 places were not tried") {
		t.Errorf("%s", out.String())
	}
}
