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
	"time"

	"golang.org/x/sys/unix"
)

// A Child is a server in a process of its own.
type Child struct {
	Addr  netip.AddrPort
	cmd   *exec.Cmd
	stdin io.Closer
	clock int32
}

// Start starts a server, and returns when it listens. It is killed when
// ctx ends.
func Start(ctx context.Context, command []string) (*Child, error) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	var stderr strings.Builder
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
	c := &Child{cmd: cmd, stdin: stdin, clock: int32(^cmd.Process.Pid)<<3 | cpuclockSched}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err == nil {
		c.Addr, err = netip.ParseAddrPort(strings.TrimSpace(line))
	}
	if err != nil {
		c.Stop()
		return nil, fmt.Errorf("server %s: %w: %s", strings.Join(command, " "), err, stderr.String())
	}
	return c, nil
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
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.cmd.Wait()
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = c.cmd.Process.Kill()
		<-done
	}
}
