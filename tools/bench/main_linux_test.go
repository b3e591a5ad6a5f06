package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// asTool tells the tests' own program to be the tool.
const asTool = "ROUSE_BENCH_AS_TOOL"

func TestMain(m *testing.M) {
	if os.Getenv(asTool) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// tool is the tool, not started yet. What it starts has the same environment, and
// so the mark.
func tool(t *testing.T, mark string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asTool+"="+mark, "GORACE=atexit_sleep_ms=0")
	return cmd
}

// An option that means nothing is one line, and nothing is measured.
func TestBadOptions(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"peers -rounds 0", "-rounds: from 1"},
		{"peers -rounds x", "invalid value"},
		{"peers -duration 1ns", "-duration: from 1ms"},
		{"peers -run (", "-run: error parsing"},
		{"peers -nonsense", "not defined: -nonsense"},
		{"peers more", `what is "more"?`},
		{"figures -rounds -1", "-rounds: at least 1"},
		{"nonsense", `what is "nonsense"?`},
	} {
		t.Run(test.args, func(t *testing.T) {
			var out, errOut bytes.Buffer
			cmd := tool(t, "1", strings.Fields(test.args)...)
			cmd.Stdout, cmd.Stderr = &out, &errOut
			err := cmd.Run()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 2 {
				t.Errorf("got %v, want exit code 2", err)
			}
			if s := errOut.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, test.want) || out.Len() > 0 {
				t.Errorf("got %q and %q, want a line with %q", s, &out, test.want)
			}
		})
	}
	for _, args := range [][]string{
		{"peers", "-run", "^nothing$"},
		{"peers", "-out", "/dev/null/folder"},
	} {
		out, err := tool(t, "1", args...).CombinedOutput()
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 || bytes.Count(out, []byte("\n")) != 1 {
			t.Errorf("%q: %v, %q", args, err, out)
		}
	}
}

// A run that is interrupted leaves no process behind, whatever was under way, and
// keeps what it has measured.
func TestInterrupted(t *testing.T) {
	for _, signal := range []unix.Signal{unix.SIGINT, unix.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			out := t.TempDir()
			mark := strconv.Itoa(os.Getpid()) + "-" + signal.String()
			cmd := tool(t, mark, "peers", "-run", "^64 connections, ping-pong: (net|bare)$", "-rounds", "1000", "-duration", "20ms", "-out", out)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// The first server is measured when the second one runs.
			seen := make(map[string]bool)
			for deadline := time.Now().Add(2 * time.Minute); len(seen) < 2; time.Sleep(time.Millisecond) {
				for _, name := range marked(t, mark) {
					if name == "net" || name == "loop" {
						seen[name] = true
					}
				}
				if time.Now().After(deadline) {
					t.Fatalf("saw %v", seen)
				}
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
				t.Errorf("got %v, want exit code 1", err)
			}
			awaitNone(t, mark)
			if s := stderr.String(); strings.Count(s, "\n") != 1 || !strings.Contains(s, "interrupted in round") {
				t.Errorf("got %q", s)
			}
			page, err := os.ReadFile(filepath.Join(out, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range []string{stdout.String(), string(page)} {
				if !strings.Contains(text, "µs") || !strings.Contains(text, "interrupted in round") {
					t.Errorf("nothing was kept:\n%s", text)
				}
			}
		})
	}
}

// A run that is interrupted while it builds leaves no compiler behind.
func TestInterruptedBuild(t *testing.T) {
	mark := strconv.Itoa(os.Getpid()) + "-build"
	out := t.TempDir()
	cmd := tool(t, mark, "peers", "-out", out)
	cmd.Env = append(cmd.Env, "GOCACHE="+t.TempDir()) // so that there is much to build
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if names := marked(t, mark); strings.Contains(strings.Join(names, " "), "compile") {
			break
		} else if time.Now().After(deadline) {
			t.Fatalf("no compiler runs, but %v", names)
		}
	}
	if err := cmd.Process.Signal(unix.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("it has ended without an error")
	}
	awaitNone(t, mark)
	if files, err := os.ReadDir(out); err != nil || len(files) > 0 {
		t.Errorf("it wrote a report of nothing: %v, %v", files, err)
	}
}

// awaitNone waits until the processes with a mark are gone. They are dead when the
// tool has ended, but somebody has to collect them.
func awaitNone(t *testing.T, mark string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		left := marked(t, mark)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("left behind: %v", left)
		}
	}
}

// marked are the programs of the processes with a mark in their environment.
func marked(t *testing.T, mark string) []string {
	t.Helper()
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, dir := range dirs {
		env, err := os.ReadFile(filepath.Join(dir, "environ"))
		if err != nil || !bytes.Contains(env, []byte(asTool+"="+mark+"\x00")) {
			continue // gone, or somebody else's
		}
		if program, err := os.Readlink(filepath.Join(dir, "exe")); err == nil {
			names = append(names, filepath.Base(program))
		}
	}
	return names
}
