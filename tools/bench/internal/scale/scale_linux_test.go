package scale

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

// deadline is what only a hang meets.
const deadline = 2 * time.Minute

// What the test's program is, beside a test.
const (
	asPart = "scale-part"
	asTool = "scale-tool"
)

func TestMain(m *testing.M) {
	var err error
	switch {
	case len(os.Args) > 1 && os.Args[1] == asPart:
		err = Part(os.Args[2:])
	case len(os.Args) == 4 && os.Args[1] == asTool:
		err = tool(os.Args[2], os.Args[3])
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tool is a run that takes long enough to be interrupted.
func tool(match, markdown string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s := small()
	s.Match, s.Markdown = regexp.MustCompile(match), markdown
	s.Sizes, s.Conns = append(s.Sizes, 1_000_000), 4000
	return Run(ctx, os.Stdout, s)
}

// small are settings that take next to no time.
func small() Settings {
	return Settings{
		Self:       []string{os.Args[0], asPart},
		Match:      regexp.MustCompile(""),
		Sizes:      []int{10, 1000, 2000},
		Operations: 2000,
		Conns:      100,
		Rounds:     1,
		Duration:   20 * time.Millisecond,
	}
}

// TestRun measures everything, a little of each.
func TestRun(t *testing.T) {
	// The race detector makes every process that ends sleep for a second.
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	s := small()
	s.Markdown = filepath.Join(t.TempDir(), "scale.md")
	var out strings.Builder
	if err := Run(ctx, &out, s); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	document, err := os.ReadFile(s.Markdown)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# How it grows", "| register, ns |", "2,000 / 1,000 |", "| rouse, parked net.Conns | 1 | 100 |", "| net | 1 | 100 |", "| TCP, both ends with one reactor |",
	} {
		if !bytes.Contains(document, []byte(want)) {
			t.Errorf("%q is not in\n%s", want, document)
		}
	}
}

func TestRunBad(t *testing.T) {
	s := small()
	s.Match = regexp.MustCompile("^x$")
	if err := Run(t.Context(), new(strings.Builder), s); err == nil || err.Error() != `no experiment matches "^x$"` {
		t.Error(err)
	}
	s = small()
	s.Match = regexp.MustCompile("registrations|groups")
	s.Self = []string{"/nonexistent"}
	err := Run(t.Context(), new(strings.Builder), s)
	if err == nil || !strings.Contains(err.Error(), "registrations: ") || !strings.Contains(err.Error(), "groups: ") {
		t.Error(err)
	}
}

// A part that was started by hand is an error, and no crash.
func TestPartBad(t *testing.T) {
	for _, args := range []string{
		"", "nothing", "registrations", "registrations 1", "registrations 0 1", "registrations 1 x", "registrations 1 1 1",
		"spin", "spin nothing 1 1", "spin tcp 0 1", "serve", "serve x", "hold", "hold x y", "hold 127.0.0.1:1 ::1", "hold [::1]:1 127.0.0.1",
	} {
		if err := Part(strings.Fields(args)); err == nil {
			t.Errorf("%q is no error", args)
		}
	}
}

// A holder has as many connections as it was told, says why it has no more, and
// ends with its input.
func TestHolder(t *testing.T) {
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = serving.EchoConns(l) // until l is closed
	}()
	h, err := startHolder(ctx, []string{os.Args[0], asPart, "hold", l.Addr().String(), "127.77.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.stop()
	for _, n := range []int{5, 5, 12} {
		if held, why, err := h.reach(n); held != n || why != "" || err != nil {
			t.Errorf("%d, %q, %v, want %d", held, why, err, n)
		}
	}
	_ = l.Close()
	<-served
	if held, why, err := h.reach(13); held != 12 || why != "connect: connection refused" || err != nil {
		t.Errorf("%d, %q, %v", held, why, err)
	}
	h.stop()
	if !h.cmd.ProcessState.Success() {
		t.Errorf("it ended with %v", h.cmd.ProcessState)
	}
	if _, _, err := h.reach(14); err == nil {
		t.Error("it still answers")
	}
}

// marked is what tells the processes of one test from all others: a variable of
// their environment.
const marked = "ROUSE_SCALE_TEST"

// processes finds the processes with the mark that run a part, or all of them.
func processes(t *testing.T, mark, part string) []int {
	t.Helper()
	var found []int
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		environment, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "environ")) // it may have ended
		command, _ := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		if bytes.Contains(environment, []byte(marked+"="+mark+"\x00")) && bytes.Contains(command, []byte(part)) {
			found = append(found, pid)
		}
	}
	return found
}

// A run that is interrupted leaves no process, keeps what it has, and removes its
// folder. One that is killed leaves no process either.
func TestInterrupted(t *testing.T) {
	for _, c := range []struct {
		name   string
		match  string
		part   string // is there when the signal comes
		signal unix.Signal
	}{
		{"registrations", "registrations", "registrations\x001000000", unix.SIGINT},
		{"connections", "connections", "hold", unix.SIGINT},
		{"killed", "connections", "hold", unix.SIGKILL},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			document := filepath.Join(dir, "scale.md")
			cmd := exec.CommandContext(t.Context(), os.Args[0], asTool, c.match, document)
			cmd.Env = append(os.Environ(), marked+"="+dir, "TMPDIR="+dir, "GORACE=atexit_sleep_ms=0")
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			await(t, "a part", func() bool { return len(processes(t, dir, c.part)) > 0 })
			if err := unix.Kill(cmd.Process.Pid, c.signal); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if e := (*exec.ExitError)(nil); !errors.As(err, &e) {
				t.Errorf("it ended with %v: %s", err, &out)
			}
			if c.signal == unix.SIGKILL {
				await(t, "the end of all processes", func() bool { return len(processes(t, dir, "")) == 0 })
				return
			}
			if left := processes(t, dir, ""); len(left) > 0 {
				t.Errorf("processes %v are left", left)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "rouse-bench-*")); len(left) > 0 {
				t.Errorf("%q is left", left)
			}
			if !strings.Contains(out.String(), "context canceled") {
				t.Errorf("it says: %s", &out)
			}
			text, err := os.ReadFile(document)
			if kept := strings.Contains(string(text), "| register, ns |"); kept != (c.match == "registrations") {
				t.Errorf("%v: the document is %q", err, text)
			}
		})
	}
}

// await looks until it is so.
func await(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(deadline); !so(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("there is not %s", what)
		}
	}
}
