package contender

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// What can't be built here says why, and is not tried again.
func TestUnavailable(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("GO", "no-such-go")
	shop := &Shop{Dir: t.TempDir()}
	for name, want := range map[string]string{
		"c":     "no C compiler",
		"tokio": "no Rust compiler",
		"gnet":  "no-such-go",
	} {
		_, err := shop.Command(t.Context(), name)
		if !IsUnavailable(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
		if _, again := shop.Version(t.Context(), name); !errors.Is(again, err) {
			t.Errorf("%s: got %v the second time, want %v", name, again, err)
		}
	}
	if _, err := shop.Command(t.Context(), "nonsense"); err == nil || IsUnavailable(err) {
		t.Errorf("no such server: %v", err)
	}
}

// A build that was interrupted is no failed build.
func TestBuildInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	shop := &Shop{Dir: t.TempDir()}
	if _, err := shop.Command(ctx, "net"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if _, err := shop.Command(t.Context(), "net"); err != nil {
		t.Errorf("it was not built later: %v", err)
	}
}

func TestLockedTokio(t *testing.T) {
	const lock = "version = 4\n\n[[package]]\nname = \"tokio-macros\"\nversion = \"1.7.0\"\n\n[[package]]\nname = \"tokio\"\nversion = \"1.24.2\"\nsource = \"x\"\n"
	if got := lockedTokio([]byte(lock)); got != "tokio 1.24.2" {
		t.Errorf("got %q", got)
	}
	if got := lockedTokio(nil); got != "tokio" {
		t.Errorf("got %q of nothing", got)
	}
}
