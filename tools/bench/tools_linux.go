package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
)

//go:embed c/loop.c
var loopC []byte

// tools are the programs that are built for the measurements, when they are
// first needed.
type tools struct {
	dir   string
	loopC string
	tests string
}

// program is the command of a server.
func (t *tools) program(kind string) ([]string, error) {
	if kind != "c" {
		exe, err := os.Executable()
		return []string{exe, "-serve", kind}, err
	}
	if t.loopC != "" {
		return []string{t.loopC}, nil
	}
	for _, compiler := range []string{"cc", "gcc", "clang"} {
		path, err := exec.LookPath(compiler)
		if err != nil {
			continue
		}
		source, binary := t.dir+"/loop.c", t.dir+"/loop"
		if err := os.WriteFile(source, loopC, 0o600); err != nil {
			return nil, err
		}
		if out, err := exec.Command(path, "-O2", "-o", binary, source).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: %w: %s", compiler, err, out)
		}
		t.loopC = binary
		return []string{binary}, nil
	}
	return nil, &unavailableError{"no C compiler"}
}
