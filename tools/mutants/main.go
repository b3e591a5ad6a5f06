package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	only := flag.String("only", "", "the mutants whose names contain this")
	some := flag.Int("some", 0, "no more than so many, of every kind; 0 is all")
	flag.Parse()
	killed, tried := 0, 0
	for _, m := range choose(*only, *some) {
		tried++
		why, err := m.kill()
		if err != nil {
			fmt.Printf("SURVIVED  %s: %s: %v\n", m.name, m.scenario, err)
			continue
		}
		killed++
		fmt.Printf("killed    %s: %s: %s\n", m.name, m.scenario, why)
	}
	fmt.Printf("mutants: %d killed of %d, of %d that there are\n", killed, tried, len(mutants))
	if killed < tried || tried == 0 {
		os.Exit(1)
	}
}

// choose returns the mutants whose names contain a text; where those are too many,
// evenly from the whole list, whose neighbours are of a kind.
func choose(only string, most int) []*mutant {
	var chosen []*mutant
	for i := range mutants {
		if strings.Contains(mutants[i].name, only) {
			chosen = append(chosen, &mutants[i])
		}
	}
	if most <= 0 || len(chosen) <= most {
		return chosen
	}
	for i := range most {
		chosen[i] = chosen[i*len(chosen)/most]
	}
	return chosen[:most]
}

// kill returns what the mutant's scenario finds; an error if it finds nothing.
func (m *mutant) kill() (string, error) {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := m.overlay(dir)
	if err != nil {
		return "", err
	}
	program := filepath.Join(dir, "reactor.test")
	build := exec.Command("go", "test", "-c", "-tags", "interleave", "-vet", "off", "-overlay", overlay, "-o", program, "./reactor")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not build: %w\n%s", err, out)
	}
	run := exec.Command(program, "-test.run", "^"+m.scenario+"$", "-test.timeout", "2m")
	run.Dir = "reactor"
	out, err := run.CombinedOutput()
	// A failed test's name, and on the next line the place and what it says.
	_, failed, found := strings.Cut(string(out), "--- FAIL: "+m.scenario+" ")
	switch {
	case found:
		_, failed, _ = strings.Cut(failed, "\n")
		line, more, _ := strings.Cut(failed, "\n")
		if _, why, ok := strings.Cut(line, ".go:"); ok {
			_, line, _ = strings.Cut(why, ": ")
		}
		if line == "deadlock:" {
			first, _, _ := strings.Cut(more, "\n")
			line += " " + strings.TrimSpace(first)
		}
		return line, nil
	case err != nil:
		return "", fmt.Errorf("the scenario did not end: %w\n%s", err, out)
	case strings.Contains(string(out), "no tests to run"):
		return "", errors.New("there is no such scenario")
	}
	return "", errors.New("nothing was found")
}

// overlay writes the changed files, and what tells the compiler of them.
func (m *mutant) overlay(dir string) (string, error) {
	replace := map[string]string{}
	for _, e := range m.edits {
		path, err := filepath.Abs(filepath.Join("reactor", e.file))
		if err != nil {
			return "", err
		}
		from := path
		if changed, ok := replace[path]; ok {
			from = changed
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(text), e.old); n != 1 {
			return "", fmt.Errorf("%s has %d places like this, not 1:\n%s", e.file, n, e.old)
		}
		to := filepath.Join(dir, e.file)
		if err := os.WriteFile(to, []byte(strings.Replace(string(text), e.old, e.now, 1)), 0o600); err != nil {
			return "", err
		}
		replace[path] = to
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}
