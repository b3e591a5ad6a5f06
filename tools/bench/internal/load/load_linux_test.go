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
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
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
				cpu, err := load.Measure(ctx, command, l, 10*time.Millisecond)
				if err != nil || cpu <= 0 {
					t.Errorf("%v: %v, %v", l, cpu, err)
				}
			}
		})
	}
}
