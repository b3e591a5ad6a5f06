package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// observe runs a program without faults, and returns its calls.
func observe(ctx context.Context, p *program) ([]*call, error) {
	f := &fault{program: p}
	calls, err := f.try(ctx)
	if err == nil && f.finding != "" {
		err = errors.New(f.finding)
	}
	return calls, err
}

// inject tries the faults, some at a time, and returns those that were tried.
func inject(ctx context.Context, o options, all []*fault, out io.Writer) []*fault {
	var end time.Time
	if o.duration > 0 {
		end = time.Now().Add(o.duration)
	}
	next := make(chan *fault)
	go func() {
		defer close(next)
		for _, f := range all {
			if ctx.Err() != nil || !end.IsZero() && time.Now().After(end) {
				return
			}
			next <- f
		}
	}()
	var mu sync.Mutex
	var done []*fault
	var workers sync.WaitGroup
	for range o.jobs {
		workers.Go(func() {
			for f := range next {
				_, err := f.try(ctx)
				if ctx.Err() != nil {
					continue
				}
				if err != nil {
					f.finding = err.Error()
				}
				mu.Lock()
				done = append(done, f)
				if o.verbose {
					_, _ = fmt.Fprintf(out, "%v: %d injected: %s\n", f, f.hits, f.outcome)
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return done
}

// try runs the program with the fault, notes what comes of it, and returns the
// calls. The error is one of this machine.
func (f *fault) try(ctx context.Context) ([]*call, error) {
	what := ""
	if f.call != "" {
		what = fmt.Sprintf("%s:error=%s:when=%s", f.call, f.errno, f.when())
	}
	s, err := start(ctx, f.program, what)
	if err != nil {
		return nil, err
	}
	addr, trouble := s.listening()
	var v visit
	if addr != "" {
		v = s.visit(ctx, addr, f)
		if v.failed > 0 && (ends(f.call) || v.failed > len(injected(s.trace.all(), library))) {
			s.await() // most likely it is about to end by itself
		}
		f.ended = s.hasEnded()
		trouble = s.stop(func() {
			if deaf(s.trace.all()) {
				knock(ctx, addr)
			}
		})
	} else {
		f.ended = trouble == nil
	}
	served := addr != ""
	calls := s.kill()
	f.hits, f.others = len(injected(calls, library)), len(injected(calls, others))
	f.outcome = "went on"
	if f.ended {
		f.outcome = "ended: " + strings.TrimSpace(s.errs.String())
	}
	f.finding = f.judge(s, calls, v, trouble, served)
	if f.finding != "" {
		f.outcome = "FINDING: " + f.finding
	}
	return calls, nil
}

// deaf reports whether a waker was made to fail.
func deaf(calls []*call) bool {
	return slices.ContainsFunc(injected(calls, library), func(c *call) bool {
		return c.name == "write" && strings.HasPrefix(c.file, "anon_inode:")
	})
}

// judge returns what is wrong, or nothing.
func (f *fault) judge(s *server, calls []*call, v visit, trouble error, served bool) string {
	said := strings.TrimSpace(s.errs.String())
	crashed := strings.Contains(said, "fatal error:") || strings.Contains(said, "panic:") || strings.Contains(said, "SIGSEGV")
	if f.others > 0 && (crashed && strings.Contains(said, "runtime: ") || f.call == "getsockopt") {
		f.outcome = "met what is left out"
		f.hits, f.ended = 0, false
		return ""
	}
	hits := injected(calls, library)
	switch twice := closedTwice(calls); {
	case crashed:
		return clip(said)
	case trouble != nil:
		return trouble.Error() + "\n" + clip(said)
	case v.hung != "":
		return v.hung
	case twice != nil:
		return fmt.Sprintf("descriptor %d was closed twice", twice.fd)
	case v.extra > 0:
		return fmt.Sprintf("%d descriptors are left", v.extra)
	case f.ended && served && !ends(f.call):
		return fmt.Sprintf("it ended while it served, with %d: %s", s.code, said)
	case f.ended && s.code == 0:
		return "it ended before it was told to"
	case v.failed > len(hits) && !f.ended:
		return fmt.Sprintf("%d connections have failed", v.failed)
	case f.errno == "EINTR" && f.call != "close" && (v.failed > 0 || s.code != 0):
		return fmt.Sprintf("an interruption was seen: %d connections have failed, exit code %d: %s", v.failed, s.code, said)
	case s.code == 0 && said == "":
		return ""
	case s.code != 1:
		return fmt.Sprintf("exit code %d: %s", s.code, clip(said))
	case strings.Contains(said, "\n"):
		return "more than one line: " + clip(said)
	case !tells(said, hits):
		return fmt.Sprintf("the error does not tell what has failed: %q", said)
	}
	return ""
}

// ends reports whether a server can't go on without a call: it can't be told of
// anything any more.
func ends(name string) bool {
	return strings.HasPrefix(name, "epoll_") && strings.Contains(name, "wait")
}

// tells reports whether an error names one of the calls and what it said.
func tells(said string, hits []*call) bool {
	said = strings.ToLower(said)
	for _, c := range hits {
		name := strings.TrimRight(c.name, "0123456789")
		if ends(c.name) {
			name = "epoll_wait"
		}
		if strings.Contains(said, name) && strings.Contains(said, strings.ToLower(c.why)) {
			return true
		}
	}
	return false
}

// clip returns the beginning of a long text.
func clip(s string) string {
	const most = 3000
	if len(s) > most {
		return s[:most] + " ..."
	}
	return s
}
