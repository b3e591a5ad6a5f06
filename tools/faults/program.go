package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A program is what has to bear the faults.
type program struct {
	name  string
	path  string
	args  []string
	socks int // descriptors that a connection takes
}

func (p *program) String() string { return p.name }

// build builds the programs.
func build(ctx context.Context, dir, upstream string) ([]*program, error) {
	cmd := exec.CommandContext(ctx, cmp.Or(os.Getenv("GO"), "go"), "build", "-o", dir+string(filepath.Separator),
		"github.com/rouse-io/rouse/examples/echo", "github.com/rouse-io/rouse/examples/proxy")
	// A C library would make calls of its own.
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, strings.TrimSpace(string(out)))
	}
	var all []*program
	for _, style := range []string{"poll", "goroutine"} {
		for _, wait := range []string{"park", "block"} {
			all = append(all, &program{
				name:  style + "/" + wait,
				path:  filepath.Join(dir, "echo"),
				args:  []string{"-listen", "127.0.0.1:0", "-style", style, "-wait", wait},
				socks: 1,
			})
		}
	}
	return append(all, &program{
		name:  "proxy",
		path:  filepath.Join(dir, "proxy"),
		args:  []string{"-listen", "127.0.0.1:0", "-to", upstream},
		socks: 2,
	}), nil
}
