package main

import (
	"context"
	"os"
	"regexp"
	"testing"
	"time"
)

// TestMain is the process of a server too, as main is.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "-serve" {
		exit(serve(os.Args[2]))
		return
	}
	os.Exit(m.Run())
}

// TestServers puts a small load of each kind on every server.
func TestServers(t *testing.T) {
	// The race detector makes every process that ends sleep for a second.
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tools := &tools{dir: t.TempDir()}
	kinds := []string{"c"}
	for kind := range servers {
		kinds = append(kinds, kind)
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			command, err := tools.program(kind)
			if isUnavailable(err) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range []load{{conns: 5}, {conns: 5, rate: 1000}, {conns: 3, churn: true}} {
				cpu, err := measure(ctx, command, l, 10*time.Millisecond)
				if err != nil || cpu <= 0 {
					t.Errorf("%v: %v, %v", l, cpu, err)
				}
			}
		})
	}
}

// TestExperiments checks that every line is made of what a part measures.
func TestExperiments(t *testing.T) {
	for _, e := range experiments(settings{}) {
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

func TestParseBench(t *testing.T) {
	out := "goos: linux\nBenchmarkX/a=1 \t 100\t 12.5 ns/op\t 3 B/op\nBenchmarkX/b \t 7\t 1e3 ns/op\nPASS\n"
	s, err := parseBench("X", []byte(out))
	if err != nil {
		t.Fatal(err)
	}
	for quantity, want := range map[string]float64{"X/a=1:ns/op": 12.5, "X/a=1:B/op": 3, "X/b:ns/op": 1000} {
		if s[quantity] != want {
			t.Errorf("%s: got %v, want %v", quantity, s[quantity], want)
		}
	}
	if _, err := parseBench("X", []byte("PASS\n")); err == nil {
		t.Error("no benchmark is no error")
	}
}
