package platformtest

import (
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/rouse-io/rouse/platform"
)

var pidfds = []behaviour{{"Exit", pidfdExit}}

// childEnv makes this program a child that lives until its standard input ends,
// so that the tests need no other program.
const childEnv = "ROUSE_PLATFORMTEST_CHILD"

func init() {
	if os.Getenv(childEnv) != "" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
}

// A child that has exited is readable, and stays so when it was reaped.
func pidfdExit(r *rig) {
	exe, err := os.Executable()
	if err != nil {
		r.Fatal(err)
	}
	pidfd := -1
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{PidFD: &pidfd}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		r.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.Skipf("this program cannot start itself: %v", err)
	}
	r.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	if pidfd < 0 {
		r.Skip("this kernel has no pidfd")
	}
	s := r.own(nonBlocking(pidfd, nil))
	r.never[1] = priority | failed
	r.add(s, 1, platform.Readable, platform.Edge)
	r.quiet()
	if err := stdin.Close(); err != nil {
		r.Fatal(err)
	}
	r.await(1, readable)
	r.modify(s, 1, platform.Readable, platform.Level)
	r.await(1, readable)
	if err := cmd.Wait(); err != nil {
		r.Fatalf("the child: %v", err)
	}
	r.await(1, readable)
	r.delete(s)
	r.add(s, 1, platform.Readable, platform.Edge)
	r.await(1, readable)
}
