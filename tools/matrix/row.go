package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/rouse-io/rouse/gen/spec"
)

// A row is what came of one system and architecture.
type row struct {
	port   spec.Port
	target *spec.Target // nil where the spec has none

	built, vetted outcome
	tests         counts
	tested        outcome
	reason        string // why tests failed, or were not run
}

// outcome is what came of a step.
type outcome string

// The outcomes of a step.
const (
	unasked outcome = ""
	passed  outcome = "yes"
	broken  outcome = "FAILED"
	skipped outcome = "skipped"
)

// allRows are the ports of the spec, and then the rest of Go's.
func allRows(ctx context.Context) ([]*row, error) {
	var rows []*row
	known := make(map[string]bool)
	for _, t := range spec.Targets {
		for _, p := range t.Ports {
			known[p.String()] = true
			rows = append(rows, &row{port: p, target: t})
		}
	}
	list, err := goCommand(ctx, nil, "tool", "dist", "list").Output()
	if err != nil {
		return nil, fmt.Errorf("go tool dist list: %w", err)
	}
	for pair := range strings.FieldsSeq(string(list)) {
		if goos, goarch, _ := strings.Cut(pair, "/"); !known[pair] {
			rows = append(rows, &row{port: spec.Port{GOOS: goos, GOARCH: goarch}})
		}
	}
	return rows, nil
}

func (r *row) name() string { return r.port.String() }

// how is how the tests of the row are run.
func (r *row) how() string {
	switch {
	case r.target == nil || !r.target.Adapter:
		return "-"
	default:
		return spec.Tests[r.port.Test]
	}
}

// failed reports whether anything did.
func (r *row) failed() bool {
	return r.built == broken || r.vetted == broken || r.tested == broken
}

// run runs the row.
func (r *row) run(m *machine) {
	env := []string{"GOOS=" + r.port.GOOS, "GOARCH=" + r.port.GOARCH, "CGO_ENABLED=0"}
	packages := []string{"./..."}
	if needsLinker(r.port.GOOS) {
		list, err := m.libraries()
		if err != nil {
			r.built, r.reason = broken, err.Error()
			return
		}
		packages = list
	}
	if r.built = m.try(r, env, append([]string{"build"}, packages...)); r.built == broken || r.target == nil {
		return
	}
	if needsLinker(r.port.GOOS) {
		// Go vet wants tests that could be linked; "make vet" does without.
		r.tested, r.reason = skipped, "only the system's own C compiler links programs and tests"
		return
	}
	if r.vetted = m.try(r, env, append([]string{"vet"}, packages...)); r.vetted == broken {
		return
	}
	if r.built = m.tryTests(r, env); r.built == broken {
		return
	}
	m.test(r, env)
}

// needsLinker reports whether Go can't link for a system by itself.
func needsLinker(goos string) bool { return goos == "android" || goos == "ios" }

// table is the rows as Markdown.
func table(rows []*row) string {
	var b strings.Builder
	fmt.Fprintln(&b, "| system | built | vetted | tests | passed | failed | skipped | |")
	fmt.Fprintln(&b, "|---|---|---|---|---|---|---|---|")
	for _, r := range rows {
		n := []string{"", "", ""}
		if r.tested == passed || r.tested == broken {
			n = []string{fmt.Sprint(r.tests.passed), fmt.Sprint(r.tests.failed), fmt.Sprint(r.tests.skipped)}
		}
		how := string(r.tested)
		if r.tested == passed {
			how = r.how()
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n",
			r.name(), r.built, r.vetted, how, n[0], n[1], n[2], r.reason)
	}
	return b.String()
}

// log tells of a failure as it happens.
func (r *row) log(what string, output []byte) {
	fmt.Fprintf(os.Stderr, "%s: %s\n%s\n", r.name(), what, output)
}
