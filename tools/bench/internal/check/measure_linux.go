package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/gobench"
)

// patience is what only a benchmark meets that hangs: under callgrind each takes a
// few seconds.
const patience = 2 * time.Minute

// tries is how often a benchmark is measured that seems to cost more than before:
// what Go's runtime does besides, now and then, only adds instructions.
const tries = 3

// A meter measures benchmarks, and counts their instructions where there is
// valgrind.
type meter struct {
	dir      string
	valgrind string // or empty
}

// A measured benchmark is what an operation costs, and which functions make up most
// of it.
type measured struct {
	cost
	costliest []function
}

// build builds the tests of the packages that have the benchmarks: for any
// processor of the architecture, and without C, whose library is another one on
// each system.
func (m meter) build(ctx context.Context, all []benchmark) (map[string]string, error) {
	shop := gobench.Shop{Dir: m.dir, Env: []string{"CGO_ENABLED=0", "GOAMD64=v1", "GOEXPERIMENT="}}
	binaries := make(map[string]string)
	for _, b := range all {
		binary, err := shop.Binary(ctx, b.pkg)
		if err != nil {
			return nil, err
		}
		binaries[b.pkg] = binary
	}
	return binaries, nil
}

// measure runs a benchmark until it costs little enough, or is known not to, and
// returns the run with the fewest instructions.
func (m meter) measure(ctx context.Context, binary string, b benchmark, enough func(cost) bool) (best measured, err error) {
	for try := range tries {
		got, err := m.once(ctx, binary, b)
		if err != nil {
			return best, err
		}
		if try == 0 || got.instructions < best.instructions {
			best = got
		}
		if enough(best.cost) || m.valgrind == "" {
			break
		}
	}
	return best, nil
}

// once runs a benchmark.
func (m meter) once(ctx context.Context, binary string, b benchmark) (measured, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	command := append([]string{binary}, gobench.Args(b.bench, strconv.Itoa(b.runs)+"x")...)
	// A test that can time out has a timer, which the scheduler looks at.
	command = append(command, "-test.benchmem", "-test.timeout=0")
	profile := filepath.Join(m.dir, strings.NewReplacer("/", "-").Replace(b.name()))
	if m.valgrind != "" {
		command = append(callgrind(m.valgrind, profile), command...)
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	// One processor and no collection, so that nothing else runs in between, and
	// none of the instructions that not every processor of the architecture has.
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1,cpu.all=off")
	// A terminal's interrupt is for this process, which then ends its children.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return measured{}, fmt.Errorf("%w: %s%s", err, out, stderr.Bytes())
	}
	values, err := gobench.Parse(out)
	if err != nil {
		return measured{}, err
	}
	got := measured{cost: cost{allocs: values[b.bench+":allocs/op"], bytes: values[b.bench+":B/op"]}}
	if m.valgrind == "" {
		return got, nil
	}
	text, err := os.ReadFile(firstPart(profile))
	if err != nil {
		return measured{}, err
	}
	p, err := parseProfile(text)
	if err != nil {
		return measured{}, err
	}
	if !p.measures(b.runs) {
		return measured{}, errors.New("callgrind: the profile is not that of the loop")
	}
	got.instructions = float64(p.total) / float64(b.runs)
	got.costliest = p.costliest(b.runs)
	return got, nil
}
