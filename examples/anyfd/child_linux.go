package main

import (
	"context"
	"errors"
	"log"
	"os"
	"os/exec"
	"strings"

	"github.com/rouse-io/rouse/reactor"
)

// watchChild runs a child, reads from a pipe what it says, lets it end, and is
// told of that by its pidfd.
func watchChild(ctx context.Context, r *reactor.Reactor, say *log.Logger) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	out, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer func() { _ = out.Close() }()
	cmd := exec.Command(self, childArg)
	cmd.Stdout, cmd.Stderr = in, os.Stderr
	leash, err := cmd.StdinPipe()
	if err != nil {
		_ = in.Close()
		return err
	}
	err = errors.Join(cmd.Start(), in.Close())
	if err != nil {
		return err
	}
	if err := watchProcess(ctx, r, say, cmd.Process, out, leash.Close); err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return err
	}
	// Only the parent's wait frees the child's entry; it does not block any more.
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != childStatus {
		return errors.Join(errors.New("the child has not ended as it should"), err)
	}
	say.Printf("pidfd: the child has ended with exit status %d", exit.ExitCode())
	return nil
}

// watchProcess reads a process's words, lets it end and waits until it has.
func watchProcess(ctx context.Context, r *reactor.Reactor, say *log.Logger, p *os.Process, out *os.File, release func() error) error {
	// The registration has a pidfd of its own.
	ended, err := r.RegisterProcess(p)
	if err != nil {
		return err
	}
	defer func() { _ = ended.Deregister() }()

	// An os.File is registered as it is; Go's own poller may watch it as well.
	words, err := r.Register(out, reactor.Readable)
	if err != nil {
		return err
	}
	defer func() { _ = words.Deregister() }()
	buf := make([]byte, 100)
	n, err := read(ctx, words, buf)
	if err != nil {
		return err
	}
	say.Printf("pipe: %q", strings.TrimSpace(string(buf[:n])))

	if err := release(); err != nil {
		return err
	}
	// A pidfd can't be read: it is ready when the process has ended.
	_, err = ended.Readiness(ctx, reactor.Readable)
	return err
}
