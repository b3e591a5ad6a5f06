// Package gobench runs the benchmarks of the library's packages: those of what is
// too small for a server.
package gobench

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const library = "github.com/rouse-io/rouse"

// A Shop builds the tests of packages in a folder, each of them once. It is not for
// several goroutines.
type Shop struct {
	Dir string   // where the binaries go
	Env []string // what is added to the environment of the go command

	root  string
	built map[string]string
}

// Binary returns the tests of a package of the library, which is named from the
// library's root: platform/linux.
func (s *Shop) Binary(ctx context.Context, pkg string) (string, error) {
	if binary, ok := s.built[pkg]; ok {
		return binary, nil
	}
	if s.root == "" {
		root, err := s.run(ctx, "", "list", "-m", "-f", "{{.Dir}}", library)
		if err != nil {
			return "", err
		}
		s.root = root
	}
	binary := filepath.Join(s.Dir, path.Base(pkg)+".test")
	if _, err := s.run(ctx, s.root, "test", "-c", "-o", binary, "./"+pkg); err != nil {
		return "", err
	}
	if s.built == nil {
		s.built = make(map[string]string)
	}
	s.built[pkg] = binary
	return binary, nil
}

// run runs the go command, and returns what it prints. When ctx ends so does
// everything that the command has started.
func (s *Shop) run(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, cmp.Or(os.Getenv("GO"), "go"), args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), s.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", cmd, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSpace(string(out)), nil
}

// Args are the arguments with which a binary runs a benchmark and what is below it,
// and no test.
func Args(name, benchtime string) []string {
	elements := strings.Split("Benchmark"+name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return []string{"-test.run=^$", "-test.bench=" + strings.Join(elements, "/"), "-test.benchtime=" + benchtime}
}

// Parse reads what benchmarks print: a name, on how many processors, the number of
// runs, and then values and their units. It returns the values by name, a colon and
// the unit, as in "Wake/floor:ns/op".
func Parse(out []byte) (map[string]float64, error) {
	values := make(map[string]float64)
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := strings.TrimPrefix(fields[0], "Benchmark")
		name = strings.TrimSuffix(name, "-"+strconv.Itoa(runtime.GOMAXPROCS(0)))
		for i := 2; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("benchmark %s: %w", name, err)
			}
			values[name+":"+fields[i+1]] = v
		}
	}
	if len(values) == 0 {
		return nil, fmt.Errorf("no benchmark: %s", bytes.TrimSpace(out))
	}
	return values, nil
}
