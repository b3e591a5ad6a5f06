package figures

import (
	"context"
	"fmt"
	"os/exec"

	"github.com/rouse-io/rouse/tools/bench/internal/gobench"
)

// goBench is a part: a Go benchmark of package reactor and what is below it. Its
// quantities are a benchmark's name, a colon and a unit, as in "Wake/floor:ns/op".
// Each part has a process of its own, because memory and caches are measured too.
func goBench(name, benchtime string) part {
	return part{name, func(ctx context.Context, t *shop) (sample, error) {
		binary, err := t.tests.Binary(ctx, "reactor")
		if err != nil {
			return nil, err
		}
		args := append(gobench.Args(name, benchtime), "-test.benchmem=false", "-test.timeout=60s")
		out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%s: %w: %s", name, err, out)
		}
		values, err := gobench.Parse(out)
		return values, err
	}}
}
