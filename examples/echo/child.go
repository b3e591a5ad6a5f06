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

// A child is a server in a process of its own, so that its use of CPU and memory
// can be told from the clients'. It ends with this process, however that ends:
// its control pipe does.
type child struct {
	cmd     *exec.Cmd
	ask     io.WriteCloser
	answers *json.Decoder
	stderr  bytes.Buffer // until it has ended
}

// startChild runs a server of this very program.
func startChild(o options, style string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return newChild(exec.Command(self, "-listen", "127.0.0.1:0", "-style", style, "-wait", o.wait, "-control"))
}

// newChild runs a server that has a control pipe.
func newChild(cmd *exec.Cmd) (*child, error) {
	ask, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, ask: ask, answers: json.NewDecoder(answers)}
	cmd.Stderr = &c.stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return c, nil
}

// report asks a question.
func (c *child) report(question string) (report, error) {
	var r report
	if _, err := io.WriteString(c.ask, question+"\n"); err != nil {
		return r, fmt.Errorf("the server has ended: %w", err)
	}
	if err := c.answers.Decode(&r); err != nil {
		return r, fmt.Errorf("the server has ended: %w", err)
	}
	return r, nil
}

// await asks until the server has n connections.
func (c *child) await(n int) error {
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		r, err := c.report(askCPU)
		switch {
		case err != nil:
			return err
		case r.Connections == n:
			return nil
		case time.Now().After(end):
			return fmt.Errorf("the server has %d connections instead of %d", r.Connections, n)
		}
	}
}

// stop ends the server. If that has failed before, the error says what it wrote.
func (c *child) stop() error {
	_ = c.ask.Close()
	kill := time.AfterFunc(patience, func() { _ = c.cmd.Process.Kill() })
	defer kill.Stop()
	if err := c.cmd.Wait(); err != nil {
		return fmt.Errorf("the server: %w: %s", err, bytes.TrimSpace(c.stderr.Bytes()))
	}
	return nil
}
