package peers

import (
	"context"
	"fmt"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

// A builder makes what starts a server.
type builder interface {
	Command(ctx context.Context, name string, options ...string) ([]string, error)
	Version(ctx context.Context, name string) (string, error)
}

// A run is one measurement of everything.
type run struct {
	shop        builder
	experiments []experiment
	rounds      int
	results     results
	versions    map[string]string // of the contenders that were built
	done        int               // whole rounds
}

// measure goes on until everything is measured or ctx has ended. Each round
// measures everything once, so that what the machine does meanwhile befalls all;
// and each begins with another contender: who is first has a quieter machine, or a
// louder one.
func (r *run) measure(ctx context.Context, p progress) error {
	steps := 0
	for _, e := range r.experiments {
		steps += len(e.contenders)
	}
	r.build(ctx, p)
	p.begin(steps * r.rounds)
	defer p.end()
	for ; r.done < r.rounds; r.done++ {
		for _, e := range r.experiments {
			for k := range e.contenders {
				name := e.contenders[(r.done+k)%len(e.contenders)]
				p.step(fmt.Sprintf("round %d of %d, %-12s %-8s", r.done+1, r.rounds, e.name, name))
				r.once(ctx, e, name)
				if ctx.Err() != nil {
					return fmt.Errorf("interrupted in round %d of %d", r.done+1, r.rounds)
				}
			}
		}
	}
	return nil
}

// build builds all programs, so that no compiler runs while something is measured,
// and asks for their versions. Errors come again when a server is wanted.
func (r *run) build(ctx context.Context, p progress) {
	r.versions = make(map[string]string)
	seen := make(map[string]bool)
	for _, e := range r.experiments {
		for _, name := range e.contenders {
			if seen[name] || ctx.Err() != nil {
				continue
			}
			seen[name] = true
			p.step("building " + name)
			if version, err := r.shop.Version(ctx, name); err == nil {
				r.versions[name] = version
			}
		}
	}
}

// once measures a contender. One that has failed is not measured again under that
// load.
func (r *run) once(ctx context.Context, e experiment, name string) {
	c := r.results[e.name][name]
	if c.failed != nil {
		return
	}
	command, err := r.shop.Command(ctx, name, e.options...)
	var s sample
	if err == nil {
		s, err = e.measure(ctx, command)
	}
	switch {
	case ctx.Err() != nil: // what else went wrong is because of that
	case contender.IsUnavailable(err):
		c.failed = err
	case err != nil:
		c.failed = fmt.Errorf("failed in round %d: %w", r.done+1, err)
	default:
		c.put(r.done, s)
	}
}
