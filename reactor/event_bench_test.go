package reactor

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// BenchmarkEvent measures turns in poll style, without the poller: events come,
// each wakes a waker, and its owner clears the readiness and parks again.
func BenchmarkEvent(b *testing.B) {
	for _, how := range []struct {
		name   string
		events int
	}{{"one", 1}, {"full", turnBatch}} {
		b.Run(how.name, func(b *testing.B) {
			r, p := benchReactor(b, how.events)
			regs := benchRegister(b, r, how.events)
			batch := make([]platform.Event, how.events)
			w := &benchWaker{}
			for i, g := range regs {
				batch[i] = platform.Event{Token: p.tokens[i], Ready: ReadyReadable}
				benchPark(b, g, w)
			}
			b.ReportAllocs()
			for b.Loop() {
				p.ready = batch
				if _, err := r.Turn(0); err != nil {
					b.Fatal(err)
				}
				for _, g := range regs {
					benchPark(b, g, w)
				}
			}
			if w.woken != how.events*b.N {
				b.Errorf("%d wakes for %d events", w.woken, how.events*b.N)
			}
		})
	}
}

// BenchmarkLife measures a registration from RegisterHandle to its release,
// without the poller.
func BenchmarkLife(b *testing.B) {
	r, _ := benchReactor(b, 1)
	b.ReportAllocs()
	for i := 1; b.Loop(); i++ {
		g, err := r.RegisterHandle(0, Readable)
		if err != nil {
			b.Fatal(err)
		}
		if err := g.Deregister(); err != nil {
			b.Fatal(err)
		}
		if i%notifyAfter == 0 {
			if _, err := r.Turn(0); err != nil {
				b.Fatal(err)
			}
		}
	}
}
