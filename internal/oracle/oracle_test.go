package oracle

import (
	"errors"
	"flag"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/rouse-io/rouse/reactor"
)

var (
	playFor  = flag.Duration("oracle.for", 2*time.Second, "how long to play random scripts")
	patience = flag.Duration("oracle.patience", 20*time.Second, "how long to wait for what must come; only a bug meets it")
	seed     = flag.Uint64("oracle.seed", 0, "the `number` that random scripts come from; 0 draws one")
)

// How long to make a script smaller that fails, and how long to wait meanwhile
// for what will not come.
const (
	minimising = 2 * time.Minute
	haste      = time.Second
)

// try plays a script. If it finds something, the test fails and prints the
// smallest script that does.
func try(t *testing.T, s script) {
	t.Helper()
	if !supported() {
		t.Skip("no adapter for this system")
	}
	tryPlan(t, s, newPlan(openSound, *patience))
}

// tryPlan is try, where the plan is kept.
func tryPlan(t *testing.T, s script, p plan) {
	t.Helper()
	found := play(s, p)
	if found == nil {
		return
	}
	t.Logf("%d steps: %v", len(s), found)
	hasty := p
	hasty.patience = min(p.patience, haste)
	small := minimise(s, minimising, func(s script) bool {
		now := play(s, hasty)
		return now != nil && now.fault == found.fault
	})
	// What was found in haste, or by a chance that does not come again, is not what
	// to print.
	if now := play(small, p); now != nil {
		found = now
	} else {
		small = s
	}
	t.Fatalf("%v\n%s", found, small.test())
}

// supported reports whether there is an adapter for this system.
var supported = sync.OnceValue(func() bool {
	r, err := reactor.New()
	if err != nil {
		return !errors.Is(err, errors.ErrUnsupported)
	}
	_ = r.Close()
	return true
})

// Random scripts find nothing.
func TestRandom(t *testing.T) {
	if !supported() {
		t.Skip("no adapter for this system")
	}
	from := *seed
	if from == 0 {
		from = rand.Uint64()
	}
	until := *playFor
	if testing.Short() {
		until = min(until, time.Second)
	}
	before, err := countHandles()
	if err != nil {
		t.Fatal(err)
	}
	p := newPlan(openSound, *patience)
	defer func() {
		t.Logf("%d scripts of %d steps from -oracle.seed=%d: %d directions compared, %d waiters told, %d ends audited",
			p.scripts, p.steps, from, p.compared, p.told, p.audited)
	}()
	r := rand.New(rand.NewPCG(from, 0))
	for start := time.Now(); time.Since(start) < until; {
		tryPlan(t, random(r), p)
	}
	// Where others have handles too, a few more are no leak: one each would be.
	if after, err := countHandles(); err != nil || p.scripts > 100 && after >= before+p.scripts {
		t.Errorf("%d handles before, %d after: %v", before, after, err)
	}
	// A test that looks at nothing finds nothing.
	if p.scripts > 100 && (p.compared < p.scripts || p.told < p.scripts/10 || p.audited < p.scripts/100) {
		t.Error("too little was looked at")
	}
}
