package platformtest

import (
	"io"
	"os"
	"os/exec"
	"testing"
)

// childEnv makes this program a child that lives until its standard input ends,
// so that the tests need no other program.
const childEnv = "ROUSE_PLATFORMTEST_CHILD"

func init() {
	if os.Getenv(childEnv) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
}

// A child is a process that lives until it is ended, at the latest with the
// test.
type child struct {
	*exec.Cmd
	stdin io.WriteCloser
}

// newChild prepares a child, which is to be started.
func newChild(t *testing.T) *child {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Skipf("this program does not know itself: %v", err)
	}
	c := &child{Cmd: exec.Command(exe)}
	c.Stdout, c.Stderr = os.Stdout, os.Stderr // without them package os/exec needs /dev/null
	// The race detector would make the child wait a second before it ends.
	c.Env = append(os.Environ(), childEnv+"=1", "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	if c.stdin, err = c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *child) start(t *testing.T) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Skipf("this program cannot start itself: %v", err)
	}
	t.Cleanup(func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	})
}

// end lets the child end.
func (c *child) end(t *testing.T) {
	t.Helper()
	if err := c.stdin.Close(); err != nil {
		t.Fatal(err)
	}
}

// reap waits for the child, which must have ended well.
func (c *child) reap(t *testing.T) {
	t.Helper()
	if err := c.Wait(); err != nil {
		t.Fatalf("the child: %v", err)
	}
}
