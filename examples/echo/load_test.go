package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// connected is a load whose clients are connected to s.
func connected(t *testing.T, s *running, clients int) *load {
	t.Helper()
	l, err := newLoad(clients, 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.close)
	if err := l.dial(t.Context(), s.Addr()); err != nil {
		t.Fatal(err)
	}
	return l
}

// A load connects every client, and every message has its answer.
func TestLoad(t *testing.T) {
	everyStyle(t, func(t *testing.T, style, wait string) {
		s := start(t, style, wait)
		clients := 100
		if limit, known := descriptorLimit(); known {
			clients = max(min(clients, (limit-2*spare)/2), 1) // both ends are in this process
		}
		l := connected(t, s, clients)
		if n := s.Live(); n != clients {
			t.Errorf("the server has %d connections, want %d", n, clients)
		}
		r, err := l.pingPong(t.Context(), 50*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if r.messages < 100 || r.elapsed < 50*time.Millisecond || r.latency.quantile(0.5) <= 0 {
			t.Errorf("%d messages in %v with a median of %v", r.messages, r.elapsed, r.latency.quantile(0.5))
		}
		// The last message is due an interval before the end, on each loop.
		r, err = l.spread(t.Context(), 3000, 100*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if r.messages != 300 {
			t.Errorf("3,000 messages a second for 100 ms are %d", r.messages)
		}
	})
}

// A load whose server goes says so, and does not hang.
func TestLoadLosesServer(t *testing.T) {
	s := start(t, "poll", "park")
	l := connected(t, s, 10)
	s.stop()
	if _, err := l.pingPong(t.Context(), time.Hour); err == nil || !strings.Contains(err.Error(), "connection was lost") {
		t.Errorf("got %v, want that a connection was lost", err)
	}
	if _, err := l.spread(t.Context(), 1000, time.Hour); err == nil || !strings.Contains(err.Error(), "connection was lost") {
		t.Errorf("got %v, want that a connection was lost", err)
	}
}

// A load can be interrupted.
func TestLoadInterrupted(t *testing.T) {
	s := start(t, "poll", "park")
	for name, run := range map[string]func(context.Context, *load) error{
		"ping-pong": func(ctx context.Context, l *load) error { _, err := l.pingPong(ctx, time.Hour); return err },
		"spread":    func(ctx context.Context, l *load) error { _, err := l.spread(ctx, 1, time.Hour); return err },
	} {
		t.Run(name, func(t *testing.T) {
			l := connected(t, s, 10)
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			defer cancel()
			if err := run(ctx, l); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("got %v, want that the time is up", err)
			}
		})
	}
}

// The load mode prints what it measured.
func TestLoadMode(t *testing.T) {
	s := start(t, "poll", "park")
	for _, rate := range []string{"0", "1000"} {
		code, out, errOut := echo(t.Context(), "-load", s.Addr().String(), "-connections", "10", "-duration", "50ms", "-rate", rate)
		if code != 0 || errOut != "" {
			t.Fatalf("exit code %d: %s", code, errOut)
		}
		for _, want := range []string{"connections", "round trips per second", "latency p50", "latency p99.9"} {
			if !strings.Contains(out, want) {
				t.Errorf("%q is missing in\n%s", want, out)
			}
		}
	}
}

// The demonstration, as short as can be: where it does not write to a terminal
// it writes plain lines.
func TestDemo(t *testing.T) {
	need(t, "poll")
	program(t) // the demonstration starts it
	code, out, errOut := echo(t.Context(), "-demo", "-connections", "20", "-rounds", "2", "-duration", "50ms", "-compare", "poll,std,parked")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errOut)
	}
	if strings.ContainsAny(errOut, "\r\x1b") || strings.Count(errOut, "\n") != 18 {
		t.Errorf("want plain lines, three for each measurement, got %q", errOut)
	}
	for _, want := range []string{
		"rouse, poll", "net, parked", "connections", "round trips per second", "latency p50",
		"latency p99", "latency p99.9", "server CPU per message", "memory per idle connection", "goroutines",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	for line := range bytes.Lines([]byte(out)) {
		if n := len([]rune(string(line))); n > 81 {
			t.Errorf("a line of %d characters: %s", n, line)
		}
	}
}
