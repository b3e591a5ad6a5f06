package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each scenario that docs/concurrency.md names is there.
func TestScenariosOfTheDocument(t *testing.T) {
	text, err := os.ReadFile("../../docs/concurrency.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../reactor/interleave_*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var code []byte
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code = append(code, file...)
	}
	named := 0
	for _, list := range regexp.MustCompile(`(?:^|[^*])\*([A-Z]\w+(?:,\s+[A-Z]\w+)*)\*(?:[^*]|$)`).FindAllSubmatch(text, -1) {
		for name := range strings.SplitSeq(string(list[1]), ",") {
			named++
			if name = strings.TrimSpace(name); !bytes.Contains(code, []byte("func TestInterleave"+name+"(")) {
				t.Errorf("there is no scenario %s", name)
			}
		}
	}
	if named < 40 {
		t.Errorf("%d scenarios are named: the document has another form", named)
	}
}
