package check

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// deadline is what only a hang meets.
const deadline = time.Minute

// one is a benchmark that takes next to no time.
var one = regexp.MustCompile(`^reactor\.Event/one$`)

// TestRun measures one benchmark, without figures of before, and with such as nobody
// can reach.
func TestRun(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	p := platform{runtime.GOARCH, minor(runtime.Version())}
	for name, c := range map[string]struct {
		before baselines
		want   string
		fails  bool
	}{
		"none":  {baselines{}, "1 without a baseline", false},
		"worse": {baselines{{p, "reactor.Event/one"}: {0, 0, 1}}, "reactor.Event/one", canCount()},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "baseline.txt")
			if err := c.before.write(file); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			err := Run(ctx, &out, Settings{Match: one, Baseline: file})
			if (err != nil) != c.fails || !strings.Contains(out.String(), c.want) {
				t.Errorf("%v\n%s", err, &out)
			}
			if !canCount() && !strings.Contains(out.String(), "there is no valgrind") {
				t.Errorf("it does not say that it did not count:\n%s", &out)
			}
		})
	}
}

func canCount() bool {
	_, err := exec.LookPath("valgrind")
	return err == nil
}

// TestUpdate writes the baseline that the next run finds.
func TestUpdate(t *testing.T) {
	if !canCount() {
		t.Skip("there is no valgrind")
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	file := filepath.Join(t.TempDir(), "baseline.txt")
	var out strings.Builder
	if err := Run(ctx, &out, Settings{Match: one, Baseline: file, Update: true}); err != nil {
		t.Fatal(err)
	}
	out.Reset()
	if err := Run(ctx, &out, Settings{Match: one, Baseline: file}); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), " %)\n") {
		t.Errorf("it is not compared:\n%s", &out)
	}
}

func TestRunBad(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "baseline.txt")
	if err := os.WriteFile(broken, []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", t.TempDir()) // without valgrind, and without Go
	for name, c := range map[string]struct {
		Settings
		want string
	}{
		"nothing matches":         {Settings{Match: regexp.MustCompile("^x$")}, `no benchmark matches "^x$"`},
		"update without valgrind": {Settings{Match: one, Update: true}, "valgrind"},
		"broken file":             {Settings{Match: one, Baseline: broken}, broken + ":1: 1 words, not 6"},
		"a folder":                {Settings{Match: one, Baseline: t.TempDir()}, "is a directory"},
		"no Go":                   {Settings{Match: one}, "executable file not found"},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := Run(t.Context(), &out, c.Settings); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// hang names the variable with the address that BenchmarkHang connects to.
const hang = "ROUSE_CHECK_HANG"

// BenchmarkHang is what a benchmark is that never ends: see TestInterrupted.
func BenchmarkHang(b *testing.B) {
	address := os.Getenv(hang)
	if address == "" {
		b.Skip("it is for TestInterrupted")
	}
	c, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = c.Read(make([]byte, 1))
}

// never is enough.
func never(cost) bool { return false }

// A run that is interrupted leaves no process.
func TestInterrupted(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	t.Setenv(hang, l.Addr().String())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := meter{dir: t.TempDir()}.measure(ctx, os.Args[0], benchmark{"check", "Hang", 1}, never)
		done <- err
	}()
	c, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	cancel()
	if err := <-done; err == nil {
		t.Error("it is no error")
	}
	if err := c.SetDeadline(time.Now().Add(deadline)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the process is still there")
	}
}

// A benchmark that fails, and one that is not there, are errors that say so.
func TestMeasureBad(t *testing.T) {
	m := meter{dir: t.TempDir()}
	t.Setenv(hang, "nowhere")
	if _, err := m.measure(t.Context(), os.Args[0], benchmark{"check", "Hang", 1}, never); err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Error(err)
	}
	if _, err := m.measure(t.Context(), os.Args[0], benchmark{"check", "Missing", 1}, never); err == nil || !strings.Contains(fmt.Sprint(err), "no benchmark") {
		t.Error(err)
	}
}
