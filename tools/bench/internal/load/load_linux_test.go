package load_test

import (
	"context"
	"testing"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
	"github.com/rouse-io/rouse/tools/bench/internal/load"
)

// TestServers puts a small load of each kind on every server.
func TestServers(t *testing.T) {
	// The race detector makes every process that ends sleep for a second.
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	shop := &contender.Shop{Dir: t.TempDir()}
	for _, name := range contender.Names() {
		t.Run(name, func(t *testing.T) {
			command, err := shop.Command(ctx, name)
			if contender.IsUnavailable(err) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range []load.Load{{Conns: 5}, {Conns: 5, Rate: 1000}, {Conns: 3, Churn: true}} {
				r, err := load.Run(ctx, command, l, 10*time.Millisecond)
				if err != nil {
					t.Errorf("%v: %v", l, err)
				}
				if lat := r.Latency; r.CPU <= 0 || lat.P50 <= 0 || lat.P99 < lat.P50 || lat.P999 < lat.P99 || lat.Max < lat.P999 {
					t.Errorf("%v: %+v", l, r)
				}
			}
			idle := load.Idleness{First: 5, More: 50, Settle: time.Millisecond, For: time.Millisecond}
			if _, err := load.RunIdle(ctx, command, idle); err != nil {
				t.Errorf("idle: %v", err)
			}
			if version, err := shop.Version(ctx, name); err != nil || version == "" {
				t.Errorf("version: %q, %v", version, err)
			}
		})
	}
}
