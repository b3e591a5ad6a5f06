//go:build unix

package kqueue

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// What EVFILT_READ is about where it stands in for EVFILT_WRITE: for that alone,
// or for both where it was asked for too.
func TestStandsIn(t *testing.T) {
	for _, c := range []struct{ kind, filters, want platform.Interest }{
		{platform.Readable, 0, platform.Writable},
		{platform.Readable, platform.Readable, platform.Readable | platform.Writable},
		{platform.Writable, 0, platform.Writable},
		{platform.Writable, platform.Readable, platform.Writable},
	} {
		e := entry{read: c.kind, filters: c.filters}
		e.standsIn()
		if got := e.about(platform.Readable); got != c.want {
			t.Errorf("EVFILT_READ of %v, added %v, is about %v, want %v", c.kind, c.filters, got, c.want)
		}
		if got := e.about(platform.Writable); got != platform.Writable {
			t.Errorf("EVFILT_WRITE is about %v", got)
		}
	}
}
