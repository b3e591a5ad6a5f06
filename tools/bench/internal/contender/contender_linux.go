// Package contender has the servers that are measured: each is a program of its
// own, built when it is first needed.
package contender

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/rouse-io/rouse/tools/bench/servers"
)

// An UnavailableError is why something can't be measured here.
type UnavailableError struct{ Reason string }

func (e *UnavailableError) Error() string { return e.Reason }

// IsUnavailable reports whether an error says that something can't be measured here.
func IsUnavailable(err error) bool {
	var e *UnavailableError
	return errors.As(err, &e)
}

// A server is a program and its arguments.
type server struct {
	program string
	args    []string
}

// table has all of them, by name.
var table = map[string]server{
	"poll":      {"rouse", []string{"poll"}},
	"drain":     {"rouse", []string{"drain"}},
	"async":     {"rouse", []string{"async"}},
	"readiness": {"rouse", []string{"readiness"}},
	"netio":     {"rouse", []string{"netio"}},
	"net":       {"net", nil},
	"bare":      {"loop", []string{"bare"}},
	"nested":    {"loop", []string{"nested"}},
	"c":         {"c", nil},
}

// Names are the servers there are.
func Names() []string { return slices.Sorted(maps.Keys(table)) }

// A Shop builds programs in a folder, each of them once. It is not for several
// goroutines.
type Shop struct {
	Dir   string
	built map[string]result
}

type result struct {
	binary string
	err    error
}

// Command is what starts a server. A server that can't be built here is an
// UnavailableError.
func (s *Shop) Command(ctx context.Context, name string) ([]string, error) {
	server, ok := table[name]
	if !ok {
		return nil, fmt.Errorf("no server %q", name)
	}
	made, ok := s.built[server.program]
	if !ok {
		made.binary = filepath.Join(s.Dir, server.program)
		made.err = build(ctx, server.program, made.binary)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if s.built == nil {
			s.built = make(map[string]result)
		}
		s.built[server.program] = made
	}
	if made.err != nil {
		return nil, made.err
	}
	return append([]string{made.binary}, server.args...), nil
}

func build(ctx context.Context, program, binary string) error {
	switch program {
	case "c":
		return buildC(ctx, binary)
	default:
		return run(ctx, cmp.Or(os.Getenv("GO"), "go"), "build", "-o", binary, "github.com/rouse-io/rouse/tools/bench/servers/"+program)
	}
}

func buildC(ctx context.Context, binary string) error {
	for _, compiler := range []string{"cc", "gcc", "clang"} {
		if _, err := exec.LookPath(compiler); err != nil {
			continue
		}
		source := binary + ".c"
		if err := os.WriteFile(source, servers.LoopC, 0o600); err != nil {
			return err
		}
		return run(ctx, compiler, "-O2", "-o", binary, source)
	}
	return &UnavailableError{"no C compiler"}
}

// run runs a compiler.
func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return &UnavailableError{fmt.Sprintf("%s: %v: %s", name, err, bytes.TrimSpace(out))}
	}
	return nil
}
