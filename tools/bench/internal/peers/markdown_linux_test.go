package peers

import (
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

var update = flag.Bool("update", false, "write testdata again")

// goldenReport is a report of figures that are made up.
func goldenReport(t *testing.T) *report {
	t.Helper()
	calls := 0.
	r := fakeRun(fakeShop{"c": &contender.UnavailableError{Reason: "cc: exit status 1: loop.c:1: error: *main* <missing>"}}, 3,
		func(_ context.Context, command []string) (sample, error) {
			calls++
			s := sample{cpu: 3000 + 10*calls, p50: 20_000, p99: 4e6 + calls, p999: 5e6, longest: 12e6}
			if command[0] == "gnet" {
				s[cpu] -= 50
			}
			return s, nil
		})
	if err := r.measure(t.Context(), quiet{}); err != nil {
		t.Fatal(err)
	}
	return &report{run: r, duration: 700 * time.Millisecond, machine: "2 processors, Linux", date: "2026-01-02"}
}

// The page is what testdata has: go test ./internal/peers -update writes it again.
func TestMarkdown(t *testing.T) {
	var b strings.Builder
	if err := goldenReport(t).markdown(&b, map[string]bool{"closed": true}); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/README.md"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got\n%s\nwant what is in %s", &b, golden)
	}
}

// A report is a page and the plots that it shows, which are whole documents with
// everybody who was measured.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "docs", "benchmarks")
	kept := filepath.Join(dir, "why.md")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(kept, []byte("by hand"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := goldenReport(t).write(dir); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, shown := range map[string]bool{"closed.svg": true, "latency.svg": true, "open.svg": false, "memory.svg": false} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if !shown {
			if !errors.Is(err, os.ErrNotExist) || strings.Contains(string(page), name) {
				t.Errorf("%s is there, of nothing: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(page), "]("+name+")") {
			t.Errorf("the page does not show %s", name)
		}
		for _, want := range []string{"rouse, poll style", "gnet", "2 processors, Linux", "v1.2.3", "fill:#FFFFFF"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s has no %q", name, want)
			}
		}
		checkXML(t, name, string(text))
	}
	if text, err := os.ReadFile(kept); err != nil || string(text) != "by hand" {
		t.Errorf("what is written by hand is %q, %v", text, err)
	}
}

func checkXML(t *testing.T, name, text string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}
