package emit_test

import (
	"bytes"
	"go/format"
	"path"
	"strings"
	"testing"

	"github.com/rouse-io/rouse/gen/emit"
)

func outputs(t *testing.T) []emit.Output {
	t.Helper()
	list, err := emit.Outputs()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func rendered(t *testing.T, o emit.Output) []byte {
	t.Helper()
	text, err := o.Render()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestOutputs(t *testing.T) {
	seen := make(map[string]bool)
	for _, o := range outputs(t) {
		t.Run(o.Path, func(t *testing.T) {
			if seen[o.Path] {
				t.Error("is there twice")
			}
			seen[o.Path] = true
			text := rendered(t, o)
			if again := rendered(t, o); !bytes.Equal(text, again) {
				t.Error("differs from one time to the next")
			}
			if bytes.HasSuffix(text, []byte("\n\n")) || !bytes.HasSuffix(text, []byte("\n")) {
				t.Error("doesn't end with one newline")
			}
			for i, line := range strings.Split(string(text), "\n") {
				if strings.TrimRight(line, " \t") != line {
					t.Errorf("line %d ends with a space", i+1)
				}
			}
			if path.Ext(o.Path) == ".go" {
				checkGo(t, o.Path, text)
			}
		})
	}
}

func checkGo(t *testing.T, name string, text []byte) {
	t.Helper()
	if !strings.HasSuffix(name, "_gen.go") {
		t.Error("is not named *_gen.go")
	}
	if !bytes.HasPrefix(text, []byte(emit.Header+"\n\n")) {
		t.Error("doesn't begin with the header")
	}
	formatted, err := format.Source(text)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(formatted, text) {
		t.Error("is not as gofmt writes it")
	}
	for i, line := range strings.Split(string(text), "\n") {
		if body := strings.TrimLeft(line, "\t"); strings.HasPrefix(body, "// ") && len(line) > 80 {
			t.Errorf("line %d is a comment of %d columns", i+1, len(line))
		}
	}
}
