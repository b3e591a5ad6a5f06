package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// asProgram is set where the test binary is to be the program.
const asProgram = "ROUSE_ANYFD_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// The program says what happens to all five, each in its order, and ends.
func TestAll(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("these descriptors are Linux's")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self)
	// The race detector would make the child wait a second before it ends.
	cmd.Env = append(os.Environ(), asProgram+"=1", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, errOut.Bytes())
	}
	if errOut.Len() > 0 {
		t.Errorf("it complains: %s", errOut.Bytes())
	}
	// Lines of one source come in their order, those of several in any; ticks may
	// be counted together where the machine is slow.
	got := map[string][]string{}
	for line := range strings.Lines(out.String()) {
		source, what, _ := strings.Cut(strings.TrimSpace(line), ": ")
		got[source] = append(got[source], what)
	}
	for source, want := range map[string][]string{
		"inotify":  {"hello.txt was made", "hello.txt was removed"},
		"pipe":     {`"hello from the child"`},
		"pidfd":    {"the child has ended with exit status 7"},
		"signalfd": {"user defined signal 1"},
	} {
		if !slices.Equal(got[source], want) {
			t.Errorf("%s: got %q, want %q", source, got[source], want)
		}
	}
	if ticks := got["timerfd"]; len(ticks) == 0 || len(ticks) > 3 {
		t.Errorf("timerfd: got %q, want one to three lines", ticks)
	}
}

// Elsewhere the program says why there is nothing to see.
func TestElsewhere(t *testing.T) {
	if runtime.GOOS == "linux" {
		t.Skip("this is Linux")
	}
	err := run(&bytes.Buffer{})
	if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), runtime.GOOS) {
		t.Errorf("got %v, want an error that names the system", err)
	}
}
