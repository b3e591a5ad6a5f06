package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// A child is this program in a process of its own, so that a server's memory can
// be told from its clients'. It ends with this process, however that ends: its
// standard input does.
type child struct {
	cmd     *exec.Cmd
	ask     io.WriteCloser
	answers *json.Decoder
	stderr  bytes.Buffer // until it has ended
}

func startChild(args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self, args...)}
	if c.ask, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.answers = json.NewDecoder(out)
	c.cmd.Stderr = &c.stderr
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	return c, nil
}

// report asks a server for a report.
func (c *child) report(question string) (r report, err error) {
	err = c.answer(question, &r)
	return r, err
}

// do has a crowd do something, and returns when it is done.
func (c *child) do(question string) error { return c.answer(question, new(any)) }

// answer asks a question.
func (c *child) answer(question string, answer any) error {
	if _, err := io.WriteString(c.ask, question+"\n"); err != nil {
		return fmt.Errorf("a child has ended: %w", err)
	}
	if err := c.answers.Decode(answer); err != nil {
		return fmt.Errorf("a child has ended: %w", err)
	}
	return nil
}

// stop ends the child. If that has failed before, the error says what it wrote.
func (c *child) stop() error {
	_ = c.ask.Close()
	kill := time.AfterFunc(patience, func() { _ = c.cmd.Process.Kill() })
	defer kill.Stop()
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(c.stderr.Bytes()))
	}
	return nil
}
