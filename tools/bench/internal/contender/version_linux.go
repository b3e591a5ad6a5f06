package contender

import (
	"context"
	"debug/buildinfo"
	"strings"
)

// Version is what a server was built from, as its binary, its lock file or its
// compiler tells it.
func (s *Shop) Version(ctx context.Context, name string) (string, error) {
	c := table[name]
	made, err := s.build(ctx, c.program)
	if err != nil || made.compiler != "" {
		return made.compiler, err
	}
	info, err := buildinfo.ReadFile(made.binary)
	if err != nil {
		return "", err
	}
	for _, dep := range info.Deps {
		switch {
		case dep.Path != c.module:
		case dep.Replace != nil: // this repository
			return revision(ctx), nil
		default:
			return dep.Version, nil
		}
	}
	return info.GoVersion, nil
}

// revision is the commit that the repository is at, if git tells.
func revision(ctx context.Context) string {
	commit, err := run(ctx, "", "git", "describe", "--always", "--dirty", "--tags")
	if err != nil {
		return "this repository"
	}
	return strings.TrimSpace(commit)
}
