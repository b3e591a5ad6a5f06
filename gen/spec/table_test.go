package spec_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/rouse-io/rouse/gen/spec"
)

// prefixed puts a prefix before every name that is not "field=value".
func prefixed(prefix, names string) string {
	words := strings.Fields(names)
	for i, word := range words {
		if !strings.Contains(word, "=") {
			words[i] = prefix + word
		}
	}
	return strings.Join(words, " ")
}

// set reads letters.
func set(t *testing.T, text string) spec.ReadySet {
	t.Helper()
	var s spec.ReadySet
	for letter := range strings.FieldsSeq(text) {
		bit := spec.ReadySet(0)
		for _, b := range spec.Readiness {
			if b.Letter == letter {
				bit = b.Bit
			}
		}
		if bit == 0 {
			t.Fatalf("unknown letter %s", letter)
		}
		s |= bit
	}
	return s
}

// letters writes them.
func letters(s spec.ReadySet) string {
	var list []string
	for _, b := range spec.Readiness {
		if s&b.Bit != 0 {
			list = append(list, b.Letter)
		}
	}
	return strings.Join(list, " ")
}

func field(t *testing.T, name string) spec.Field {
	t.Helper()
	f, ok := map[string]spec.Field{"fflags": spec.Fflags, "data": spec.Data, "status": spec.Status, "pipe": spec.Pipe, "stream": spec.Stream, "ends": spec.Ends}[name]
	if !ok {
		t.Fatalf("unknown field %s", name)
	}
	return f
}

func number(t *testing.T, text string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
