package scale

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A part is what this program does in another process of its own: what it takes in
// memory and descriptors is then its own.
type part struct {
	arguments string
	run       func(args []string) error
}

// parts are all, by name.
var parts = map[string]part{
	"registrations": {"n operations", func(args []string) error {
		n, err := numbers(args, 2)
		if err != nil {
			return err
		}
		endWithInput()
		return answer(measureRegistrations(n[0], n[1]))
	}},
	"spin": {"kind reactors milliseconds", func(args []string) error {
		if len(args) != 3 || loads[args[0]].prepare == nil {
			return errArguments
		}
		n, err := numbers(args[1:], 2)
		if err != nil {
			return err
		}
		endWithInput()
		return answer(measureSpin(loads[args[0]].prepare, n[0], time.Duration(n[1])*time.Millisecond))
	}},
	"serve": {"reactors", func(args []string) error {
		n, err := numbers(args, 1)
		if err != nil {
			return err
		}
		endWithInput()
		return serveGroup(n[0])
	}},
	"hold": {"address source", func(args []string) error {
		if len(args) != 2 {
			return errArguments
		}
		return holdAll(args[0], args[1], os.Stdin, os.Stdout)
	}},
}

// errArguments says that a part was not started by this program.
var errArguments = fmt.Errorf("a part of bench scale was started with other arguments than it has")

// Part runs a part: the process ends when its input does, as that does when the
// parent dies.
func Part(args []string) error {
	if len(args) == 0 || parts[args[0]].run == nil {
		return errArguments
	}
	return parts[args[0]].run(args[1:])
}

// numbers reads so many arguments that are numbers above 0.
func numbers(args []string, n int) ([]int, error) {
	if len(args) != n {
		return nil, errArguments
	}
	all := make([]int, n)
	for i, arg := range args {
		v, err := strconv.Atoi(arg)
		if err != nil || v < 1 {
			return nil, errArguments
		}
		all[i] = v
	}
	return all, nil
}

// endWithInput ends the process when its input ends.
func endWithInput() {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
}

// answer prints what a part has measured.
func answer[T any](v T, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(v)
}

// ask runs a part to its end, and returns what it has measured.
func ask[T any](ctx context.Context, command []string) (v T, err error) {
	cmd, stderr := newCommand(ctx, command)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return v, err
	}
	defer func() { _ = stdin.Close() }()
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return v, ctx.Err()
	}
	if err != nil {
		return v, fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
	}
	err = json.Unmarshal(out, &v)
	return v, err
}

// newCommand is a process that is killed when ctx ends.
func newCommand(ctx context.Context, command []string) (*exec.Cmd, *strings.Builder) {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	// A terminal's interrupt is for this process, which then ends its children.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr := new(strings.Builder)
	cmd.Stderr = stderr
	return cmd, stderr
}
