package spec_test

import (
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rouse-io/rouse/gen/spec"
)

func TestValidate(t *testing.T) {
	if err := spec.Validate(); err != nil {
		t.Error(err)
	}
}

// Every port of a system that the spec names is in the spec, and every port in
// the spec is one of Go's.
func TestPorts(t *testing.T) {
	if !strings.HasPrefix(runtime.Version(), "go"+spec.GoVersion) {
		t.Skipf("the ports are those of Go %s; this is %s", spec.GoVersion, runtime.Version())
	}
	out, err := exec.Command("go", "tool", "dist", "list").Output()
	if err != nil {
		t.Skipf("go tool dist list: %v", err)
	}
	known := strings.Fields(string(out))
	var named, systems []string
	for _, target := range spec.Targets {
		for _, p := range target.Ports {
			named = append(named, p.String())
			systems = append(systems, p.GOOS)
			if !slices.Contains(known, p.String()) {
				t.Errorf("%s is none of Go's ports", p)
			}
		}
	}
	for _, pair := range known {
		goos, _, _ := strings.Cut(pair, "/")
		if slices.Contains(systems, goos) && !slices.Contains(named, pair) {
			t.Errorf("%s is not in the spec", pair)
		}
	}
}

func TestPriority(t *testing.T) {
	// NOTE_OOB is what it takes, and FreeBSD and NetBSD have none.
	want := map[string]bool{
		"linux": true, "darwin": true, "freebsd": false, "netbsd": false,
		"openbsd": true, "dragonfly": true, "windows": true,
	}
	for _, target := range spec.Targets {
		if got := target.Watches(spec.Priority); got != want[target.GOOS] {
			t.Errorf("%s: Watches(Priority) = %v", target.GOOS, got)
		}
	}
}

func TestNtstatusIsNegative(t *testing.T) {
	for _, c := range spec.AFD.Consts {
		if c.Field != spec.Status || c.Name == "STATUS_PENDING" {
			continue
		}
		if c.Value >= 0 {
			t.Errorf("%s = %d, but an error is below 0", c.Name, c.Value)
		}
	}
}

// Sockets are described for every target, and by options that there are.
func TestSockets(t *testing.T) {
	known := func(name string) bool {
		return slices.ContainsFunc(spec.SocketOptions, func(o spec.SocketOption) bool { return o.Name == name })
	}
	if len(spec.SocketFacts) != len(spec.Targets) {
		t.Errorf("%d systems, %d targets", len(spec.SocketFacts), len(spec.Targets))
	}
	for i, s := range spec.SocketFacts {
		if s.GOOS != spec.Targets[i].GOOS {
			t.Errorf("%s is in the place of %s", s.GOOS, spec.Targets[i].GOOS)
		}
		for _, name := range s.Lacks {
			if !known(name) {
				t.Errorf("%s lacks %s, which is no option", s.GOOS, name)
			}
		}
		for name := range s.Differs {
			if !known(name) || slices.Contains(s.Lacks, name) {
				t.Errorf("%s has another %s, and has it not", s.GOOS, name)
			}
		}
	}
}
