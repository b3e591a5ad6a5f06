package child

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// sh is a server that a shell plays.
func sh(script string) []string { return []string{"sh", "-c", script} }

// A server that does not start says why, and none is waited for without end.
func TestStartFails(t *testing.T) {
	for _, test := range []struct {
		name    string
		command []string
		limit   time.Duration
		want    string
	}{
		{"no program", []string{"/nowhere/server"}, time.Minute, "no such file"},
		{"ends", sh("echo cannot listen >&2; exit 3"), time.Minute, "cannot listen"},
		{"no address", sh("echo hello; cat"), time.Minute, "hello"},
		{"silent", sh("cat >/dev/null"), 50 * time.Millisecond, "no answer"},
		{"noisy", sh("yes >&2 & echo hello; cat; kill $!"), time.Minute, "hello"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := start(t.Context(), test.command, test.limit)
			if err == nil {
				c.Stop()
				t.Fatal("it has started")
			}
			if !strings.Contains(err.Error(), test.want) || len(err.Error()) > 2000 {
				t.Errorf("got %.2000q, want %q in it", err, test.want)
			}
		})
	}
}

// Start's context kills a server that would not go by itself.
func TestContextKills(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, err := start(ctx, sh("echo 127.0.0.1:1; exec sleep 1000"), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	c.Stop()
}

// A server that does not go is killed.
func TestStopKills(t *testing.T) {
	c, err := start(t.Context(), sh("echo 127.0.0.1:1; exec sleep 1000"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	c.limit = time.Millisecond
	c.Stop()
}

func TestResident(t *testing.T) {
	c, err := start(t.Context(), sh("echo 127.0.0.1:1; exec cat"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Stop()
	page := int64(os.Getpagesize())
	if n, err := c.Resident(); err != nil || n < page || n%page != 0 {
		t.Errorf("got %d bytes, %v", n, err)
	}
	if err := c.Collect(); err != nil { // cat answers with what it was asked
		t.Error(err)
	}
}
