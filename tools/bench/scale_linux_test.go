package main

import (
	"os/exec"
	"strings"
	"testing"
)

// An option of scale or check that means nothing is one line, and so is a part that
// was started by hand.
func TestBadOptionsOfScaleAndCheck(t *testing.T) {
	for _, test := range []struct {
		args, want string
		code       int
	}{
		{"scale -conns 0", "-conns: from 100", 2},
		{"scale -conns 1e9", "invalid value", 2},
		{"scale -run (", "-run: error parsing", 2},
		{"scale -run ^nothing$", `no experiment matches "^nothing$"`, 1},
		{"scale more", `what is "more"?`, 2},
		{"scale-part", "a part of bench scale", 1},
		{"scale-part hold nowhere 127.0.0.1", "not an ip:port", 1},
		{"check -nonsense", "not defined: -nonsense", 2},
		{"check -run (", "-run: error parsing", 2},
		{"check -run ^nothing$", `no benchmark matches "^nothing$"`, 1},
		{"check -baseline /dev/null/file", "not a directory", 1},
		{"check more", `what is "more"?`, 2},
	} {
		t.Run(test.args, func(t *testing.T) {
			out, err := tool(t, "1", strings.Fields(test.args)...).CombinedOutput()
			exit, ok := err.(*exec.ExitError)
			if !ok || exit.ExitCode() != test.code {
				t.Errorf("got %v, want exit code %d", err, test.code)
			}
			if s := string(out); strings.Count(s, "\n") != 1 || !strings.Contains(s, test.want) {
				t.Errorf("got %q, want a line with %q", s, test.want)
			}
		})
	}
}
