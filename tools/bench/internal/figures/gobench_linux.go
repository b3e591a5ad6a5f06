package figures

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
)

// library is the module whose package reactor has the benchmarks of what is too
// small for a server.
const library = "github.com/rouse-io/rouse"

// goBench is a part: a Go benchmark and what is below it. Its quantities are a
// benchmark's name, a colon and a unit, as in "Wake/floor:ns/op". Each part has a
// process of its own, because memory and caches are measured too.
func goBench(name, benchtime string) part {
	return part{name, func(ctx context.Context, t *shop) (sample, error) {
		binary, err := t.testBinary(ctx)
		if err != nil {
			return nil, err
		}
		elements := strings.Split("Benchmark"+name, "/")
		for i, e := range elements {
			elements[i] = "^" + regexp.QuoteMeta(e) + "$"
		}
		cmd := exec.CommandContext(ctx, binary, "-test.run=^$", "-test.bench="+strings.Join(elements, "/"),
			"-test.benchtime="+benchtime, "-test.benchmem=false", "-test.timeout=60s")
		out, err := cmd.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%w: %s", err, out)
		}
		return parseBench(name, out)
	}}
}

// testBinary builds the tests of the package.
func (t *shop) testBinary(ctx context.Context) (string, error) {
	if t.tests != "" {
		return t.tests, nil
	}
	goCommand := cmp.Or(os.Getenv("GO"), "go")
	root, err := exec.CommandContext(ctx, goCommand, "list", "-m", "-f", "{{.Dir}}", library).Output()
	if err != nil {
		return "", fmt.Errorf("go list -m %s: %w", library, err)
	}
	binary := t.Dir + "/reactor.test"
	cmd := exec.CommandContext(ctx, goCommand, "test", "-c", "-o", binary, "./reactor")
	cmd.Dir = strings.TrimSpace(string(root))
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go test -c ./reactor: %w: %s", err, out)
	}
	t.tests = binary
	return binary, nil
}

// parseBench reads what benchmarks print: a name, on how many processors, the
// number of runs, and then values and their units.
func parseBench(name string, out []byte) (sample, error) {
	s := make(sample)
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		bench := strings.TrimPrefix(fields[0], "Benchmark")
		bench = strings.TrimSuffix(bench, "-"+strconv.Itoa(runtime.GOMAXPROCS(0)))
		for i := 2; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("benchmark %s: %w", bench, err)
			}
			s[bench+":"+fields[i+1]] = v
		}
	}
	if len(s) == 0 {
		return nil, fmt.Errorf("no benchmark %s: %s", name, out)
	}
	return s, nil
}
