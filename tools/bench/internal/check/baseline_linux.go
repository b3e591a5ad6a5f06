package check

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A platform is what figures can be compared on: another architecture or another
// Go has other instructions, and may allocate otherwise.
type platform struct{ arch, version string }

func (p platform) String() string { return p.arch + " " + p.version }

// A key names a baseline.
type key struct {
	platform
	benchmark string
}

// A cost is what one operation costs. Instructions are 0 where they were not counted.
type cost struct{ allocs, bytes, instructions float64 }

// baselines are costs of before.
type baselines map[key]cost

const explanation = `# What an operation of each micro benchmark costs: allocations, bytes, instructions.
# The command "bench check" compares, and with -update it writes this file.
`

// readBaselines reads a file. One that is not there has no baselines.
func readBaselines(name string) (baselines, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return make(baselines), nil
	}
	if err != nil {
		return nil, err
	}
	b, err := parseBaselines(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	return b, nil
}

// parseBaselines reads a line for each baseline. The error begins with the number of
// the line.
func parseBaselines(text string) (baselines, error) {
	all := make(baselines)
	number := 0
	for line := range strings.Lines(text) {
		number++
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 6 {
			return nil, fmt.Errorf("%d: %d words, not 6", number, len(fields))
		}
		k := key{platform{fields[0], fields[1]}, fields[2]}
		if _, ok := all[k]; ok {
			return nil, fmt.Errorf("%d: %s has two baselines", number, k.benchmark)
		}
		var c cost
		for i, v := range []*float64{&c.allocs, &c.bytes, &c.instructions} {
			n, err := strconv.ParseFloat(fields[3+i], 64)
			if err != nil || !(n >= 0) {
				return nil, fmt.Errorf("%d: %q is no cost", number, fields[3+i])
			}
			*v = n
		}
		all[k] = c
	}
	return all, nil
}

// keepKnown drops the baselines of benchmarks that there are no more.
func (b baselines) keepKnown(here platform, known []benchmark) {
	maps.DeleteFunc(b, func(k key, _ cost) bool {
		return k.platform == here && !slices.ContainsFunc(known, func(b benchmark) bool { return b.name() == k.benchmark })
	})
}

func (b baselines) write(name string) error {
	return os.WriteFile(name, []byte(b.String()), 0o644)
}

// String is the text of the file.
func (b baselines) String() string {
	var text bytes.Buffer
	text.WriteString(explanation)
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	keys := slices.SortedFunc(maps.Keys(b), func(a, b key) int {
		return cmp.Or(
			strings.Compare(a.arch, b.arch),
			strings.Compare(a.version, b.version),
			strings.Compare(a.benchmark, b.benchmark),
		)
	})
	for _, k := range keys {
		c := b[k]
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%.0f\t%.0f\t%.1f\n", k.arch, k.version, k.benchmark, c.allocs, c.bytes, c.instructions)
	}
	_ = w.Flush() // into memory
	return text.String()
}
