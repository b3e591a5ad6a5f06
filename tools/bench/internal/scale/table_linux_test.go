package scale

import (
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	all := table{
		title: "Things",
		about: "How.",
		head:  []string{"what", "one", "two"},
		rows:  [][]string{{"a", "1", "22"}, {"long", "333", ""}},
		notes: []string{"So it is."},
	}
	var text strings.Builder
	if err := all.text(&text); err != nil {
		t.Fatal(err)
	}
	want := "Things\n  what  one  two\n  a       1   22\n  long  333     \n  So it is.\n\n"
	if text.String() != want {
		t.Errorf("%q, want %q", text.String(), want)
	}
	var document strings.Builder
	all.markdown(&document)
	want = "## Things\n\nHow.\n\n| what | one | two |\n|---|---:|---:|\n| a | 1 | 22 |\n| long | 333 |  |\n\n- So it is.\n\n"
	if document.String() != want {
		t.Errorf("%q, want %q", document.String(), want)
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1: "1", 2.25: "2.2", 9.94: "9.9", 9.96: "10", -0.3: "-0.3", -1234: "-1,234",
		999: "999", 1000: "1,000", 1234567: "1,234,567", 0.04: "0",
	} {
		if got := number(v); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		v    []float64
		want float64
	}{{[]float64{3, 1, 2}, 2}, {[]float64{4, 1, 3, 2}, 2}, {[]float64{7}, 7}} {
		if got := median(c.v); got != c.want {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

func TestTableOfSizes(t *testing.T) {
	all := []Registrations{
		{N: 100, Register: 100, Churn: 200, Same: 60, Any: 60, Deregister: 150, Heap: 180},
		{N: 1000, Register: 100, Churn: 200, Same: 60, Any: 60, Deregister: 150, Heap: 180, Collection: 2e5, Empty: 1e5},
		{N: 100_000, Register: 110, Churn: 200, Same: 60, Any: 180, Deregister: 150, Heap: 180, Collection: 5e6, Empty: 1e5},
	}
	got := tableOfSizes(all)
	for _, row := range got.rows {
		if len(row) != len(got.head) {
			t.Errorf("%q has %d cells, not %d", row[0], len(row), len(got.head))
		}
	}
	if want := []string{"for each, with so many", "100", "1,000", "100,000", "100,000 / 1,000"}; !slices.Equal(got.head, want) {
		t.Errorf("%q, want %q", got.head, want)
	}
	if want := []string{"register, ns", "100", "100", "110", "1.10"}; !slices.Equal(got.rows[0], want) {
		t.Errorf("%q, want %q", got.rows[0], want)
	}
	notes := strings.Join(got.notes, "\n")
	if strings.Count(notes, "Not flat: ") != 1 || !strings.HasPrefix(notes, "Not flat: an event, any of them, ns: 3.0 times; ") ||
		!strings.HasSuffix(notes, "a collection takes 49 ns of CPU time for each registration.") {
		t.Errorf("notes: %s", notes)
	}
	// Without that to compare with, and without any.
	if got := tableOfSizes(all[:1]); len(got.head) != 2 || len(got.notes) > 0 {
		t.Errorf("%+v", got)
	}
	if got := tableOfSizes(nil); len(got.rows) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestTableOfConnections(t *testing.T) {
	got := tableOfConnections([]connections{
		{server: "poll", servers: 2, held: 1000, resident: 228, collected: 225, kernel: 8000, objects: []growth{{"TCP", 2, 5040}, {"filp", 2, 390}}},
		{server: "net", why: "it failed"},
	}, 2000)
	if want := []string{"rouse, poll style", "2", "1,000", "228", "225", "8,000", "2: 5,040", "2: 390"}; !slices.Equal(got.rows[0], want) {
		t.Errorf("%q, want %q", got.rows[0], want)
	}
	if want := []string{"net", "-", "-", "-", "-", "-", "", ""}; !slices.Equal(got.rows[1], want) {
		t.Errorf("%q, want %q", got.rows[1], want)
	}
	if want := "net: 0 of 2,000 connections: it failed."; got.notes[0] != want {
		t.Errorf("%q, want %q", got.notes[0], want)
	}
}

func TestTableOfGroups(t *testing.T) {
	got := tableOfGroups([]group{{
		title:      "load",
		throughput: [2][]float64{{100, 200, 300}, {390, 400, 410}},
		cpu:        [2][]float64{{10, 20, 30}, {21, 22, 23}},
		processors: [2][]float64{{1, 1, 1}, {1.2, 1.3, 1.4}},
	}})
	if want := []string{"load", "200", "400", "2.00", "20", "22", "1.10"}; !slices.Equal(got.rows[0], want) {
		t.Errorf("%q, want %q", got.rows[0], want)
	}
	if want := "Disturbed: load: 2 of the reactors had 1.3 processors."; !strings.HasPrefix(got.notes[0], want) {
		t.Errorf("%q, want %q", got.notes[0], want)
	}
	if got := tableOfGroups(nil); len(got.rows)+len(got.notes) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestLongest(t *testing.T) {
	of := func(counts ...uint64) *metrics.Float64Histogram {
		return &metrics.Float64Histogram{Counts: counts, Buckets: []float64{0, 1e-6, 2e-6, 4e-6}}
	}
	for _, c := range []struct {
		before, after *metrics.Float64Histogram
		want          float64
	}{
		{of(1, 2, 1), of(5, 3, 1), 2000},
		{of(1, 2, 1), of(1, 2, 2), 4000},
		{of(1, 2, 1), of(1, 2, 1), 0},
	} {
		if got := longest(c.before, c.after); got != c.want {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}
