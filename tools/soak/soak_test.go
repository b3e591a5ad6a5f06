package main

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform/native"
)

// need skips where there is no poller.
func need(t *testing.T) {
	t.Helper()
	if fragile() {
		t.Skip("Wine's server ends on an assertion in this")
	}
	p, err := native.Open()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// A short run leaves nothing behind.
func TestSoak(t *testing.T) {
	need(t)
	var out strings.Builder
	if err := run(context.Background(), options{duration: time.Second, conns: 50, seed: 1}, &out); err != nil {
		t.Fatal(err)
	}
	t.Log(out.String())
}

// Each check fails where there is something to find.
func TestLeaksAreFound(t *testing.T) {
	need(t)
	for leak, want := range map[string]string{
		"goroutine": "goroutines, before", "heap": "bytes of heap, before", "descriptor": "descriptors, before",
	} {
		t.Run(leak, func(t *testing.T) {
			if leak == "descriptor" && descriptors() < 0 {
				t.Skip("they can't be counted here")
			}
			s := options{duration: 300 * time.Millisecond, conns: 50, seed: 1, leak: leak}
			before := take()
			if err := soak(context.Background(), s, new(tally)); err != nil {
				t.Fatal(err)
			}
			if err := before.differs(take()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("left behind: %s; found: %v", leak, err)
			}
		})
	}
}

// A registration that is not ended is found, too.
func TestRegistrationsAreFound(t *testing.T) {
	need(t)
	s := options{duration: 300 * time.Millisecond, conns: 10, seed: 1, leak: "registration"}
	err := soak(context.Background(), s, new(tally))
	if err == nil || !strings.Contains(err.Error(), "registrations are left") {
		t.Errorf("registrations were left behind; found: %v", err)
	}
}

// Arguments without a meaning are errors.
func TestBadOptions(t *testing.T) {
	for _, o := range []options{{}, {conns: 1}, {duration: time.Second}, {duration: -1, conns: 1}} {
		if err := run(context.Background(), o, io.Discard); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}
