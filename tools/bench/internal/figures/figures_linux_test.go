package figures

import (
	"regexp"
	"testing"
)

// TestExperiments checks that every line is made of what a part measures.
func TestExperiments(t *testing.T) {
	for _, e := range experiments(Settings{}) {
		for _, l := range e.lines {
			only := experiment{name: e.name, parts: append([]part(nil), e.parts...), lines: []line{l}}
			only.keep(regexp.MustCompile(""))
			for _, quantity := range l.uses {
				found := 0
				for _, p := range only.parts {
					if p.gives(quantity) {
						found++
					}
				}
				if found != 1 {
					t.Errorf("%s: %s: %d parts measure %s", e.name, l.name, found, quantity)
				}
			}
		}
	}
}

func TestParseBench(t *testing.T) {
	out := "goos: linux\nBenchmarkX/a=1 \t 100\t 12.5 ns/op\t 3 B/op\nBenchmarkX/b \t 7\t 1e3 ns/op\nPASS\n"
	s, err := parseBench("X", []byte(out))
	if err != nil {
		t.Fatal(err)
	}
	for quantity, want := range map[string]float64{"X/a=1:ns/op": 12.5, "X/a=1:B/op": 3, "X/b:ns/op": 1000} {
		if s[quantity] != want {
			t.Errorf("%s: got %v, want %v", quantity, s[quantity], want)
		}
	}
	if _, err := parseBench("X", []byte("PASS\n")); err == nil {
		t.Error("no benchmark is no error")
	}
}
