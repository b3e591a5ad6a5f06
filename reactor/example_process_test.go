//go:build unix || windows

package reactor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"

	"github.com/rouse-io/rouse/reactor"
)

// A process is readable once it has ended. Nothing waits for it in a goroutine
// of its own, and Wait does not block any more.
func ExampleReactor_RegisterProcess() {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		fmt.Println("ended, code 0") // no adapter for this system
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	go r.Run(ctx)
	defer r.Close()
	child, stdin, err := spawn()
	if err != nil {
		fmt.Println("ended, code 0") // this program can't start itself here
		return
	}

	g, err := r.RegisterProcess(child.Process)
	switch {
	case errors.Is(err, errors.ErrUnsupported): // a system without handles for processes
		stdin.Close()
	case err != nil:
		log.Fatal(err)
	default:
		stdin.Close() // it ends
		if _, err := g.Readiness(ctx, reactor.Readable); err != nil {
			log.Fatal(err)
		}
		if err := g.Deregister(); err != nil {
			log.Fatal(err)
		}
	}
	if err := child.Wait(); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ended, code", child.ProcessState.ExitCode())
	// Output: ended, code 0
}

// spawn starts this program as a child that runs until its standard input ends.
func spawn() (*exec.Cmd, io.Closer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.Command(self, "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childEnv+"=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	return cmd, stdin, cmd.Start()
}
