package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rouse-io/rouse/gen/spec"
)

// Subtests count, packages don't, and what a failed test has said is kept.
func TestCount(t *testing.T) {
	got := count([]byte(`
{"Action":"output","Package":"p","Test":"TestA","Output":"fine\n"}
{"Action":"pass","Package":"p","Test":"TestA/sub"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestB","Output":"boom\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"skip","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p"}
go: what is no event
`))
	want := counts{passed: 2, failed: 1, skipped: 1, output: []byte("boom\n")}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(counts{})); diff != "" {
		t.Error(diff)
	}
}

// Every pair of the spec has a row, and every other one of Go's.
func TestRows(t *testing.T) {
	rows, err := allRows(t.Context())
	if err != nil {
		t.Skip(err) // no go command
	}
	names := make(map[string]*row)
	for _, r := range rows {
		if names[r.name()] != nil {
			t.Errorf("%s has two rows", r.name())
		}
		names[r.name()] = r
	}
	for _, target := range spec.Targets {
		for _, p := range target.Ports {
			if r := names[p.String()]; r == nil || r.target != target {
				t.Errorf("%s has no row of its own", p)
			}
		}
	}
	if r := names["plan9/amd64"]; r == nil || r.target != nil {
		t.Error("plan9/amd64 has no row, or an adapter")
	}
}

// A row that failed is seen, and why.
func TestTable(t *testing.T) {
	good := &row{port: spec.Port{GOOS: "linux", GOARCH: "amd64", Test: spec.Native}, target: spec.Targets[0]}
	good.built, good.vetted, good.tested, good.tests = passed, passed, passed, counts{passed: 7, skipped: 1}
	bad := &row{port: spec.Port{GOOS: "plan9", GOARCH: "arm"}, built: broken, reason: "go build: exit status 1"}
	text := table([]*row{good, bad})
	for _, want := range []string{
		"| linux/amd64 | yes | yes | native | 7 | 0 | 1 |  |",
		"| plan9/arm | FAILED |  |  |  |  |  | go build: exit status 1 |",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if good.failed() || !bad.failed() {
		t.Error("the rows don't know whether they failed")
	}
}
