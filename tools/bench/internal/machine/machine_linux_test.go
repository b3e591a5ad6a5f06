package machine

import (
	"runtime"
	"strings"
	"testing"
)

func TestCaption(t *testing.T) {
	caption := Caption()
	for _, want := range []string{" processors", " GB of memory", "Linux ", runtime.Version()} {
		if !strings.Contains(caption, want) {
			t.Errorf("%q has no %q", caption, want)
		}
	}
}

func TestProcessor(t *testing.T) {
	for text, want := range map[string]string{
		"processor\t: 0\nmodel\t\t: 6\nmodel name\t: A  Processor @ 1 GHz \nmodel name\t: B\n": "A Processor @ 1 GHz",
		"processor\t: 0\nBogoMIPS\t: 50.00\n":                                                  "",
		"":                                                                                     "",
	} {
		if got := processor(text); got != want {
			t.Errorf("%q, want %q, in\n%s", got, want, text)
		}
	}
}
