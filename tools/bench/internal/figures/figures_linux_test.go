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
