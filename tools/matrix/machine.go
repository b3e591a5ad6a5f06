package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/rouse-io/rouse/gen/spec"
)

// A machine is what this one can run, and what was started for it.
type machine struct {
	ctx     context.Context
	wine    string // where Wine is, once it is there
	noWine  string // why it is not
	prefix  string // what it runs in
	scratch string
}

// goCommand is a go command with more in its environment.
func goCommand(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

// libraries are the packages that are no programs. They are listed as of this
// machine: go list fails where programs can't be linked.
func (m *machine) libraries() ([]string, error) {
	out, err := goCommand(m.ctx, nil, "list", "-f", `{{if ne .Name "main"}}{{.ImportPath}}{{end}}`, "./...").Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	return strings.Fields(string(out)), nil
}

// try runs a go command that prints nothing when all is well.
func (m *machine) try(r *row, env, args []string) outcome {
	output, err := goCommand(m.ctx, env, args...).CombinedOutput()
	if err != nil {
		r.reason = "go " + args[0] + ": " + err.Error()
		r.log("go "+args[0], output)
		return broken
	}
	return passed
}

// tryTests links the test binaries.
func (m *machine) tryTests(r *row, env []string) outcome {
	dir, err := os.MkdirTemp(m.folder(), "tests")
	if err != nil {
		r.reason = err.Error()
		return broken
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return m.try(r, env, []string{"test", "-c", "-ldflags=-s -w", "-o", dir + string(filepath.Separator), "./..."})
}

// folder is for what is thrown away.
func (m *machine) folder() string {
	if m.scratch == "" {
		// Without one, the system's own is used.
		m.scratch, _ = os.MkdirTemp("", "matrix")
	}
	return m.scratch
}

// test runs the tests of a row, if this machine can.
func (m *machine) test(r *row, env []string) {
	args := []string{"test", "-json", "-count=1", "-timeout=5m"}
	switch how, why := m.runner(r); {
	case why != "":
		r.tested, r.reason = skipped, why
		return
	case how != "":
		args = append(args, "-exec", how)
		if m.prefix != "" {
			env = append(env, "WINEPREFIX="+m.prefix)
		}
	}
	packages := "./..."
	if r.port.Test == spec.QEMU {
		args = append(args, "-short")
		packages = "./platform/..."
	}
	var stderr bytes.Buffer
	cmd := goCommand(m.ctx, env, append(args, packages)...)
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	r.tests = count(output)
	r.tested = passed
	if err != nil {
		r.tested, r.reason = broken, "go test: "+err.Error()
		r.log("go test", append(r.tests.output, stderr.Bytes()...))
	}
}

// runner returns what runs the row's programs, nothing where the kernel does, or
// why nothing can.
func (m *machine) runner(r *row) (program, why string) {
	host := runtime.GOOS + "/" + runtime.GOARCH
	switch {
	case !r.target.Adapter:
		return "", "there is no adapter"
	case r.name() == host, host == "linux/amd64" && r.name() == "linux/386":
		return "", ""
	case r.port.Test == spec.QEMU && runtime.GOOS == "linux":
		program := "qemu-" + map[string]string{"arm64": "aarch64"}[r.port.GOARCH]
		if program == "qemu-" {
			program += r.port.GOARCH
		}
		if _, err := exec.LookPath(program); err != nil {
			return "", "there is no " + program + "; Debian has it in qemu-user"
		}
		return program, ""
	case r.port.Test == spec.Wine:
		return m.winego()
	case r.port.Test == spec.Compile:
		return "", "compiled only"
	}
	for _, h := range spec.Hosts {
		if h.Port == r.name() {
			return "", "the workflow runs them, on " + h.Image
		}
	}
	for _, g := range spec.Guests {
		if g.Port == r.name() {
			return "", "the workflow runs them, in a virtual machine"
		}
	}
	return "", "not on this machine"
}

// winego sets Wine up, once.
func (m *machine) winego() (program, why string) {
	if m.wine == "" && m.noWine == "" {
		m.noWine = m.setUpWine()
	}
	if m.noWine != "" {
		return "", m.noWine
	}
	return "'" + filepath.Join(m.wine, "winego") + "'", ""
}

// setUpWine returns why there is no Wine.
func (m *machine) setUpWine() string {
	dir := os.Getenv("WINE_DIR")
	if dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return err.Error()
		}
		dir = filepath.Join(cache, "rouse", "wine")
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(m.ctx, "sh", "tools/wine.sh", dir)
	cmd.Stdout, cmd.Stderr = os.Stderr, &stderr
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return text
		}
		return "tools/wine.sh: " + err.Error()
	}
	m.wine, m.prefix = dir, filepath.Join(m.folder(), "wine")
	return ""
}

// close ends what was started.
func (m *machine) close() {
	if m.wine != "" {
		cmd := exec.Command(filepath.Join(m.wine, "wineserver"), "-k")
		cmd.Env = append(os.Environ(), "WINEPREFIX="+m.prefix)
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &exit) { // it says so where none ran
			fmt.Fprintln(os.Stderr, "matrix:", err)
		}
	}
	if m.scratch != "" {
		_ = os.RemoveAll(m.scratch)
	}
}
