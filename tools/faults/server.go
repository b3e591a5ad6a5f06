package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// errUnable says that this machine can't trace.
var errUnable = errors.New("skipped")

// canTrace reports why nothing can be traced, if so.
func canTrace(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "strace", "-D", "-f", "--seccomp-bpf", "-o", os.DevNull, "-e", "trace=close", "-e", "inject=close:error=EIO:when=1000", "true")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: strace: %w %s", errUnable, err, bytes.TrimSpace(out))
	}
	return nil
}

// A server is a program under strace.
type server struct {
	cmd     *exec.Cmd
	trace   *trace
	out     *firstLine
	errs    *lockedBuffer
	exited  chan struct{} // closed when it has ended
	code    int           // its exit code then; -1 for a signal
	base    int           // descriptors that it began with
	hadPoll bool          // Go's runtime had its poller then
}

// start starts a program, with calls that fail if inject is not empty.
func start(ctx context.Context, p *program, inject string) (*server, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(manual))
	for i, m := range manual {
		names[i] = m.call
	}
	// With -D what is started here is the program, and strace is its child. The
	// log is a pipe, which ends when both have.
	args := []string{"-D", "-f", "-y", "-qq", "--seccomp-bpf", "-e", "signal=none", "-e", "trace=" + strings.Join(names, ","), "-o", "/dev/fd/3"}
	if inject != "" {
		args = append(args, "-e", "inject="+inject)
	}
	s := &server{
		cmd:    exec.CommandContext(ctx, "strace", append(append(args, p.path), p.args...)...),
		out:    &firstLine{found: make(chan string, 1)},
		errs:   new(lockedBuffer),
		exited: make(chan struct{}),
	}
	// With one processor its goroutines seldom change threads, which calls are
	// counted by.
	s.cmd.Env = append(os.Environ(), "GOMAXPROCS=1")
	s.cmd.ExtraFiles = []*os.File{w}
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.errs
	s.cmd.WaitDelay = patience
	err = s.cmd.Start()
	_ = w.Close()
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	s.trace = follow(r)
	go func() {
		_ = s.cmd.Wait()
		s.code = s.cmd.ProcessState.ExitCode()
		close(s.exited)
	}()
	return s, nil
}

// listening waits for the address that the program listens on. It is empty where
// the program has ended.
func (s *server) listening() (string, error) {
	select {
	case addr := <-s.out.found:
		s.base, s.hadPoll = s.descriptors(), s.polls()
		return addr, nil
	case <-s.exited:
		return "", nil
	case <-time.After(patience):
		return "", errors.New("it neither listens nor ends")
	}
}

// await waits for the program to end.
func (s *server) await() {
	select {
	case <-s.exited:
	case <-time.After(patience):
	}
}

// hasEnded reports whether the program has ended.
func (s *server) hasEnded() bool {
	select {
	case <-s.exited:
		return true
	default:
		return false
	}
}

// descriptors counts what the program has open; -1 where that can't be told.
func (s *server) descriptors() int {
	names, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid))
	if err != nil {
		return -1
	}
	return len(names)
}

// polls reports whether Go's runtime has its poller, with a waker: two
// descriptors.
func (s *server) polls() bool {
	for _, c := range s.trace.all() {
		if c.name == "epoll_ctl" && runtimeAdd.MatchString(c.args) {
			return true
		}
	}
	return false
}

// settle waits until there are no more descriptors than there were, beside the
// extra ones and those that could not be closed. It returns how many there are
// too many.
func (s *server) settle(extra int) int {
	for deadline := time.Now().Add(patience / 2); ; time.Sleep(5 * time.Millisecond) { // nobody tells when another process closes one
		more := s.descriptors() - s.base - extra - unclosed(s.trace.all())
		if !s.hadPoll && s.polls() {
			more -= 2
		}
		if more <= 0 || time.Now().After(deadline) {
			return max(more, 0)
		}
	}
}

// stop tells the program to end, and waits. What it does besides is to send it an
// event now and then, if nudge does.
func (s *server) stop(nudge func()) error {
	if s.hasEnded() {
		return nil
	}
	_ = s.cmd.Process.Signal(os.Interrupt)
	deadline := time.After(patience)
	tick := time.NewTicker(4 * nudges)
	defer tick.Stop()
	for {
		select {
		case <-s.exited:
			return nil
		case <-tick.C:
			nudge()
		case <-deadline:
			_ = s.cmd.Process.Signal(quit) // a Go program shows where it hangs
			s.await()
			return errors.New("it doesn't end")
		}
	}
}

// kill ends the program in any case, and returns all its calls.
func (s *server) kill() []*call {
	_ = s.cmd.Process.Kill()
	<-s.exited
	<-s.trace.done
	return s.trace.all()
}

// A firstLine looks for the address in a program's output.
type firstLine struct {
	buf   bytes.Buffer
	found chan string
	once  sync.Once
}

func (l *firstLine) Write(p []byte) (int, error) {
	n, err := l.buf.Write(p)
	if line, _, ok := strings.Cut(l.buf.String(), "\n"); ok {
		if addr, ok := strings.CutPrefix(line, "listening on "); ok {
			l.once.Do(func() { l.found <- addr })
		}
	}
	return n, err
}

// A lockedBuffer is read while it is written.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

var _ io.Writer = (*lockedBuffer)(nil)

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
