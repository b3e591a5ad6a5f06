package contender

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
)

// A Shop builds programs in a folder, each of them once. It is not for several
// goroutines.
type Shop struct {
	Dir   string
	built map[string]program
}

// A program is one that was built, or why it was not.
type program struct {
	binary   string
	compiler string // and its version
	err      error
}

// Command is what starts a server, with options of package serving. A server that
// can't be built here is an UnavailableError.
func (s *Shop) Command(ctx context.Context, name string, options ...string) ([]string, error) {
	c, ok := table[name]
	if !ok {
		return nil, fmt.Errorf("no server %q", name)
	}
	made, err := s.build(ctx, c.program)
	if err != nil {
		return nil, err
	}
	return slices.Concat([]string{made.binary}, options, c.args), nil
}

// build builds a program if that was not tried before.
func (s *Shop) build(ctx context.Context, name string) (program, error) {
	made, ok := s.built[name]
	if ok {
		return made, made.err
	}
	made.binary = filepath.Join(s.Dir, name)
	switch name {
	case loopC:
		made.compiler, made.err = buildC(ctx, made.binary)
	case tokio:
		made.compiler, made.err = buildTokio(ctx, made.binary)
	default:
		made.err = buildGo(ctx, name, made.binary)
	}
	if ctx.Err() != nil {
		return made, ctx.Err()
	}
	if s.built == nil {
		s.built = make(map[string]program)
	}
	s.built[name] = made
	return made, made.err
}
