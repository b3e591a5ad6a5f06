package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var here = platform{"amd64", "go1.26"}

func TestBaselines(t *testing.T) {
	all := baselines{
		{here, "reactor.Word/set"}:                              {0, 0, 36.1},
		{here, "reactor.Life"}:                                  {1, 48, 1098.9},
		{platform{"arm64", "go1.26"}, "reactor.Word/set"}:       {0, 0, 31},
		{platform{"amd64", "go1.25"}, "reactor.Word/set"}:       {0, 0, 37},
		{platform{"amd64", "go1.25"}, "reactor.That/went/away"}: {0, 0, 1},
	}
	name := filepath.Join(t.TempDir(), "baseline.txt")
	if err := all.write(name); err != nil {
		t.Fatal(err)
	}
	again, err := readBaselines(name)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := again.String(), all.String(); got != want {
		t.Errorf("read:\n%swritten:\n%s", got, want)
	}
	again.keepKnown(platform{"amd64", "go1.25"}, []benchmark{{"reactor", "Word/set", 1}})
	if _, ok := again[key{platform{"amd64", "go1.25"}, "reactor.That/went/away"}]; ok || len(again) != len(all)-1 {
		t.Errorf("%d of %d baselines are known", len(again), len(all))
	}
}

func TestBaselinesBad(t *testing.T) {
	for text, want := range map[string]string{
		"# one\n\namd64 go1.26 reactor.Life 1 48\n":                      "3: 5 words, not 6",
		"amd64 go1.26 reactor.Life 1 48 x\n":                             `1: "x" is no cost`,
		"amd64 go1.26 reactor.Life 1 -48 3\n":                            `1: "-48" is no cost`,
		"amd64 go1.26 reactor.Life 1 NaN 3\n":                            `1: "NaN" is no cost`,
		strings.Repeat("amd64 go1.26 reactor.Life 1 48 3\n", 2):          "2: reactor.Life has two baselines",
		"<<<<<<< HEAD\namd64 go1.26 reactor.Life 1 48 1098.9\n=======\n": "1: 2 words, not 6",
	} {
		if _, err := parseBaselines(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// The committed file can be read, and has every benchmark on every platform that it
// has at all.
func TestCommittedBaselines(t *testing.T) {
	all, err := readBaselines("baseline.txt")
	if err != nil {
		t.Fatal(err)
	}
	on := make(map[platform]bool)
	for k, c := range all {
		on[k.platform] = true
		if c.instructions == 0 {
			t.Errorf("%s: no instructions", k.benchmark)
		}
	}
	for p := range on {
		for _, b := range benchmarks {
			if _, ok := all[key{p, b.name()}]; !ok {
				t.Errorf("%s has no baseline for %s", b.name(), p)
			}
		}
	}
	text, err := os.ReadFile("baseline.txt")
	if err != nil {
		t.Fatal(err)
	}
	if all.String() != string(text) {
		t.Error("it is not as -update writes it")
	}
}
