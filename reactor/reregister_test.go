package reactor_test

import (
	"errors"
	"os"
	"testing"

	"github.com/rouse-io/rouse/reactor"
)

// A goroutine that begins to wait for an interest while that is taken away is
// told, or would wait for ever.
func TestReregisterAgainstWait(t *testing.T) {
	r := open(t)
	defer r.Close()
	a, b := socketPair(t)
	defer closeHandle(t, a)
	defer closeHandle(t, b)
	g := registerHandle(t, r, a)
	ctx := within(t)
	rounds := 20_000
	if testing.Short() {
		rounds = 2000
	}
	for i := range rounds {
		if err := g.Reregister(reactor.Readable); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { _, err := g.Readiness(ctx, reactor.Readable); ended <- err }()
		for range i % 977 { // a little later each time
			_ = g.Handle()
		}
		if err := g.Reregister(reactor.Writable); err != nil {
			t.Fatal(err)
		}
		if err := <-ended; !errors.Is(err, os.ErrInvalid) {
			t.Fatalf("round %d: %v", i, err)
		}
	}
}
