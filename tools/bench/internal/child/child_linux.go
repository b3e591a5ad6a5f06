// Package child runs servers in processes of their own.
package child

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// A Child is a server in a process of its own.
type Child struct {
	Addr   netip.AddrPort
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Reader
	clock  int32
	limit  time.Duration // for each answer
}

// Start starts a server, and returns when it listens. It is killed when
// ctx ends.
func Start(ctx context.Context, command []string) (*Child, error) {
	const limit = 10 * time.Second
	return start(ctx, command, limit)
}

func start(ctx context.Context, command []string, limit time.Duration) (*Child, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	// A terminal's interrupt is for this process, which then ends its children.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var stderr head
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	// clock_getcpuclockid(3): the CPU time of another process, in nanoseconds.
	const cpuclockSched = 2
	c := &Child{
		cmd:    cmd,
		stdin:  stdin,
		stdout: bufio.NewReader(stdout),
		clock:  int32(^cmd.Process.Pid)<<3 | cpuclockSched,
		limit:  limit,
	}
	line, err := c.line()
	if err == nil {
		c.Addr, err = netip.ParseAddrPort(line)
	}
	if err != nil {
		c.Stop()
		return nil, fmt.Errorf("server %s: %w: %s", strings.Join(command, " "), err, stderr.text)
	}
	return c, nil
}

// line reads a line of what the server prints, and kills it if none comes.
func (c *Child) line() (string, error) {
	late := time.AfterFunc(c.limit, func() { _ = c.cmd.Process.Kill() })
	line, err := c.stdout.ReadString('\n')
	if !late.Stop() {
		err = fmt.Errorf("no answer within %v", c.limit)
	}
	return strings.TrimSpace(line), err
}

// Collect asks the server to give back the memory that it does not need.
func (c *Child) Collect() error {
	if _, err := io.WriteString(c.stdin, "\n"); err != nil {
		return err
	}
	_, err := c.line()
	return err
}

// CPU is the CPU time that the server has used.
func (c *Child) CPU() (time.Duration, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(c.clock, &ts); err != nil {
		return 0, err
	}
	return time.Duration(ts.Nano()), nil
}

// Stop ends the server: the end of its input tells it to go.
func (c *Child) Stop() {
	_ = c.stdin.Close()
	late := time.AfterFunc(c.limit, func() { _ = c.cmd.Process.Kill() })
	defer late.Stop()
	_ = c.cmd.Wait()
}

// A head keeps the beginning of what is written to it.
type head struct{ text []byte }

// Write implements io.Writer.
func (h *head) Write(p []byte) (int, error) {
	const enough = 1000
	h.text = append(h.text, p[:min(len(p), enough-len(h.text))]...)
	return len(p), nil
}
