package expvars_test

import (
	"encoding/json"
	"errors"
	"expvar"
	"reflect"
	"regexp"
	"testing"

	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/reactor/expvars"
)

var (
	_ expvars.Source = (*reactor.Reactor)(nil)
	_ expvars.Source = (*reactor.Group)(nil)
	_ expvar.Var     = expvars.Stats(nil)
)

// A fixed source has the same counts all the time.
type fixed reactor.Stats

func (f fixed) Stats() reactor.Stats { return reactor.Stats(f) }

// decode reads a variable as whoever asks /debug/vars does.
func decode(t *testing.T, v expvar.Var) map[string]int64 {
	t.Helper()
	var got map[string]int64
	if err := json.Unmarshal([]byte(v.String()), &got); err != nil {
		t.Fatalf("%s: %v", v, err)
	}
	return got
}

// Every field of Stats is there, by a name that any monitoring takes.
func TestStats(t *testing.T) {
	var all reactor.Stats
	v := reflect.ValueOf(&all).Elem()
	for i := range v.NumField() {
		v.Field(i).Set(reflect.ValueOf(i + 1).Convert(v.Field(i).Type()))
	}
	got := decode(t, expvars.Stats(fixed(all)))
	if len(got) != v.NumField() {
		t.Errorf("%d names for %d fields: %v", len(got), v.NumField(), got)
	}
	name := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := make(map[int64]bool)
	for n, value := range got {
		if !name.MatchString(n) {
			t.Errorf("the name %q", n)
		}
		seen[value] = true
	}
	for i := range v.NumField() {
		if !seen[int64(i+1)] {
			t.Errorf("%s is not in %v", v.Type().Field(i).Name, got)
		}
	}
}

// A reactor is asked anew each time, also after Close.
func TestStatsOfReactor(t *testing.T) {
	r, err := reactor.New()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no adapter for this system")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	v := expvars.Stats(r)
	if got := decode(t, v); got["turns"] != 0 {
		t.Errorf("before any turn: %v", got)
	}
	if _, err := r.Turn(0); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got := decode(t, v); got["turns"] != 1 {
		t.Errorf("after a turn: %v", got)
	}
}

func TestStatsOfNothing(t *testing.T) {
	if got := expvars.Stats(nil).String(); got != "null" {
		t.Errorf("nil: %s", got)
	}
}
