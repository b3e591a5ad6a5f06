package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rouse-io/rouse/gen/emit"
)

// A change is a file that is not what the spec says.
type change struct {
	root, path string
	state      state
	want       []byte
}

// A state is what is wrong with a file.
type state string

const (
	differs state = "differs from the spec"
	missing state = "is missing"
	stale   state = "is no longer generated"
)

// findRoot looks for the module's go.mod in dir and above.
func findRoot(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && isModule(text) {
			return dir, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s is not in module %s", start, emit.Module)
		}
	}
}

// isModule reports whether text is the go.mod that is generated for.
func isModule(text []byte) bool {
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "module" {
			return fields[1] == emit.Module
		}
	}
	return false
}

// compare returns what must change below root.
func compare(root string, outputs []emit.Output) ([]change, error) {
	var changes []change
	known := make(map[string]bool)
	for _, o := range outputs {
		known[o.Path] = true
		want, err := o.Render()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Path, err)
		}
		have, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(o.Path)))
		if o.Block != "" && (err == nil || errors.Is(err, fs.ErrNotExist)) {
			var failed error
			if want, failed = replaceBlock(have, o.Block, want); failed != nil {
				return nil, fmt.Errorf("%s: %w", o.Path, failed)
			}
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			changes = append(changes, change{root, o.Path, missing, want})
		case err != nil:
			return nil, err
		case !bytes.Equal(have, want):
			changes = append(changes, change{root, o.Path, differs, want})
		}
	}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(root, name)
		case !strings.HasSuffix(name, "_gen.go"):
			return nil
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); known[rel] {
			return nil
		}
		text, err := os.ReadFile(name)
		if err == nil && bytes.HasPrefix(text, []byte(emit.Header)) {
			changes = append(changes, change{root: root, path: rel, state: stale})
		}
		return err
	})
	return changes, err
}

// replaceBlock puts text between the marks of a block. Where there is no file
// yet it makes one of the block alone.
func replaceBlock(file []byte, block string, text []byte) ([]byte, error) {
	begin, end := emit.Marks(block)
	if len(file) == 0 {
		return slices.Concat([]byte(begin), text, []byte(end)), nil
	}
	before, rest, ok := bytes.Cut(file, []byte(begin))
	if !ok {
		return nil, fmt.Errorf("there is no line %q", begin)
	}
	_, after, ok := bytes.Cut(rest, []byte(end))
	if !ok {
		return nil, fmt.Errorf("there is no line %q", end)
	}
	return slices.Concat(before, []byte(begin), text, []byte(end), after), nil
}

// skip leaves out the folders that are no part of the module.
func skip(root, dir string) error {
	if dir == root {
		return nil
	}
	if name := filepath.Base(dir); name[0] == '.' || name[0] == '_' || name == "testdata" {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

// write replaces a file at once, so that a build that is under way sees the old
// one or the new.
func write(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(name), ".gen-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(text)
	err = errors.Join(err, temp.Chmod(0o644), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}
