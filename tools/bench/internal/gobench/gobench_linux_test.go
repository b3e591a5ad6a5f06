package gobench_test

import (
	"slices"
	"testing"

	"github.com/rouse-io/rouse/tools/bench/internal/gobench"
)

func TestArgs(t *testing.T) {
	got := gobench.Args("Dispatch/registrations=1000/any", "20x")
	want := []string{"-test.run=^$", "-test.bench=^BenchmarkDispatch$/^registrations=1000$/^any$", "-test.benchtime=20x"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestParse(t *testing.T) {
	out := "goos: linux\nBenchmarkX/a=1 \t 100\t 12.5 ns/op\t 3 B/op\nBenchmarkX/b \t 7\t 1e3 ns/op\nPASS\n"
	values, err := gobench.Parse([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	for quantity, want := range map[string]float64{"X/a=1:ns/op": 12.5, "X/a=1:B/op": 3, "X/b:ns/op": 1000} {
		if values[quantity] != want {
			t.Errorf("%s: got %v, want %v", quantity, values[quantity], want)
		}
	}
	for _, out := range []string{"PASS\n", "", "BenchmarkX 100 many ns/op\n"} {
		if _, err := gobench.Parse([]byte(out)); err == nil {
			t.Errorf("%q is no error", out)
		}
	}
}
