package check

import (
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	before := cost{allocs: 1, bytes: 48, instructions: 1000}
	for name, c := range map[string]struct {
		before cost
		known  bool
		now    cost
		want   string // in the row
		fails  bool
	}{
		"same":                {before, true, before, "1000.0 (+0.0 %)", false},
		"a little more":       {before, true, cost{1, 50, 1049}, "48 -> 50", false},
		"more instructions":   {before, true, cost{1, 48, 1051}, "1051.0 (+5.1 %)  WORSE", true},
		"more allocations":    {before, true, cost{2, 48, 1000}, "1 -> 2", true},
		"more bytes":          {before, true, cost{1, 64, 1000}, "48 -> 64", true},
		"the first one":       {cost{0, 0, 40}, true, cost{1, 8, 40}, "0 -> 1", true},
		"fewer":               {before, true, cost{1, 48, 900}, "900.0 (-10.0 %)  better", false},
		"none any more":       {before, true, cost{0, 0, 1000}, "1 -> 0", false},
		"no baseline":         {cost{}, false, before, "no baseline for amd64 go1.26", false},
		"not counted":         {before, true, cost{1, 48, 0}, " -", false},
		"worse, not counted":  {before, true, cost{2, 48, 0}, "WORSE", true},
		"was not counted":     {cost{1, 48, 0}, true, before, "1000.0", true},
		"free, was free also": {cost{0, 0, 40}, true, cost{0, 0, 40}, "40.0 (+0.0 %)", false},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			r := newReport(&out, here)
			r.add("reactor.Life", measured{c.now, []function{{"runtime.mallocgc", 500}}}, c.before, c.known)
			err := r.end()
			if (err != nil) != c.fails {
				t.Errorf("error %v", err)
			}
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("%q is not in\n%s", c.want, &out)
			}
		})
	}
}

// A row that is worse names the functions that cost most.
func TestReportNamesFunctions(t *testing.T) {
	var out strings.Builder
	r := newReport(&out, here)
	r.add("reactor.Life", measured{cost{1, 48, 2000}, []function{{"runtime.mallocgc", 1500}}}, cost{1, 48, 1000}, true)
	if want := "1500.0 runtime.mallocgc\n"; !strings.Contains(out.String(), want) {
		t.Errorf("%q is not in\n%s", want, &out)
	}
	if err := r.end(); err == nil || !strings.Contains(err.Error(), "1 above their baselines") {
		t.Error(err)
	}
}

func TestMinor(t *testing.T) {
	for version, want := range map[string]string{
		"go1.26.8":                   "go1.26",
		"go1.26":                     "go1.26",
		"go1.27rc1":                  "go1.27",
		"devel go1.27-6b6f7d3 Mon":   "go1.27",
		"go1.26.8 X:nodwarf5":        "go1.26",
		"something else altogether!": "",
	} {
		if got := minor(version); got != want {
			t.Errorf("%q is %q, want %q", version, got, want)
		}
	}
}
