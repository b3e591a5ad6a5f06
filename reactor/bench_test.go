package reactor

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
)

// A benchPoller reports what it is told to, and costs next to nothing itself:
// descriptors run out long before a million registrations.
type benchPoller struct {
	tokens []platform.Token // by handle
	ready  []platform.Event // to be reported
}

func (p *benchPoller) Add(h platform.Handle, t platform.Token, _ platform.Interest, _ platform.Mode) error {
	for int(h) >= len(p.tokens) {
		p.tokens = append(p.tokens, 0)
	}
	p.tokens[h] = t
	return nil
}

func (p *benchPoller) Modify(h platform.Handle, t platform.Token, in platform.Interest, m platform.Mode) error {
	return p.Add(h, t, in, m)
}

func (p *benchPoller) Wait(events []platform.Event, _ time.Duration) (int, error) {
	n := copy(events, p.ready)
	p.ready = p.ready[n:]
	return n, nil
}

func (p *benchPoller) Delete(platform.Handle) error { return nil }
func (p *benchPoller) Wake() error                  { return nil }
func (p *benchPoller) Close() error                 { return nil }

func (p *benchPoller) Rearm(platform.Handle, platform.Token, platform.Interest) error { return nil }

// benchReactor makes a reactor on a benchPoller that has room for n handles.
func benchReactor(b *testing.B, n int) (*Reactor, *benchPoller) {
	b.Helper()
	p := &benchPoller{tokens: make([]platform.Token, n)}
	r, err := New(WithPoller(p))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.Close() })
	return r, p
}

// benchRegister registers n handles.
func benchRegister(b *testing.B, r *Reactor, n int) []*Registration {
	b.Helper()
	regs := make([]*Registration, n)
	for i := range regs {
		g, err := r.RegisterHandle(Handle(i), Readable|Writable)
		if err != nil {
			b.Fatal(err)
		}
		regs[i] = g
	}
	return regs
}

// benchReady makes a registration that is ready for reading and writing.
func benchReady(b *testing.B) *Registration {
	b.Helper()
	r, p := benchReactor(b, 1)
	g := benchRegister(b, r, 1)[0]
	p.ready = []platform.Event{{Token: p.tokens[0], Ready: ReadyReadable | ReadyWritable}}
	if n, err := r.Turn(0); n != 1 || err != nil {
		b.Fatal(n, err)
	}
	return g
}

// A benchWaker counts.
type benchWaker struct{ woken int }

func (w *benchWaker) Wake() { w.woken++ }

// benchPark stores w for reading.
func benchPark(b *testing.B, g *Registration, w Waker) {
	ev, err := g.PollReadReady(w)
	if err == nil {
		g.ClearReadiness(ev)
		_, err = g.PollReadReady(w)
	}
	if !errors.Is(err, ErrPending) {
		b.Fatal(err)
	}
}

// BenchmarkDispatch measures turns that hand 1,000 events to wakers, without the
// poller: what a registration costs must not depend on how many there are.
// "same" are 1,000 registrations that are used again and again, and so are in
// the processor's caches; "any" are 1,000 others each time, which with many
// registrations are not.
func BenchmarkDispatch(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000, 100_000, 1_000_000} {
		b.Run("registrations="+strconv.Itoa(n), func(b *testing.B) {
			r, p := benchReactor(b, n)
			regs := benchRegister(b, r, n)
			wakers := make([]benchWaker, n)
			for i, g := range regs {
				benchPark(b, g, &wakers[i])
			}
			const events = 1000
			batch := make([]platform.Event, 0, events)
			pick := make([]int, events)
			for _, how := range []string{"same", "any"} {
				b.Run(how, func(b *testing.B) {
					b.ReportAllocs()
					var spent time.Duration
					done := 0
					for range b.N {
						for i := range pick {
							if how == "same" {
								pick[i] = (i * (n / min(n, events))) % n
							} else {
								pick[i] = rand.IntN(n)
							}
						}
						batch = batch[:0]
						for _, k := range pick {
							batch = append(batch, platform.Event{Token: p.tokens[k], Ready: ReadyReadable})
						}
						p.ready = batch
						start := time.Now()
						for len(p.ready) > 0 {
							k, err := r.Turn(0)
							if err != nil {
								b.Fatal(err)
							}
							done += k
						}
						spent += time.Since(start)
						for _, k := range pick {
							benchPark(b, regs[k], &wakers[k])
						}
					}
					b.ReportMetric(float64(spent)/float64(done), "ns/event")
				})
			}
		})
	}
}

// BenchmarkMemory measures what the library keeps for a registration that
// waits for nothing: on the heap, and what the Go runtime keeps elsewhere for
// its finalizer. The handles' own memory is the system's.
func BenchmarkMemory(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run("registrations="+strconv.Itoa(n), func(b *testing.B) {
			var heap, other float64
			for range b.N {
				r, _ := benchReactor(b, n)
				regs := make([]*Registration, n)
				var before, after runtime.MemStats
				benchSettle(r, &before)
				for i := range regs {
					g, err := r.RegisterHandle(Handle(i), Readable|Writable)
					if err != nil {
						b.Fatal(err)
					}
					regs[i] = g
				}
				benchSettle(r, &after)
				runtime.KeepAlive(regs)
				heap += float64(after.HeapAlloc) - float64(before.HeapAlloc)
				other += float64(after.OtherSys) - float64(before.OtherSys)
				for _, g := range regs {
					if err := g.Deregister(); err != nil {
						b.Fatal(err)
					}
				}
				_ = r.Close()
			}
			total := float64(n) * float64(b.N)
			b.ReportMetric(heap/total, "B/registration")
			b.ReportMetric(other/total, "B-runtime/registration")
		})
	}
}

// benchSettle reads what is in use, after everything that is not is freed and
// every registration is as it will stay.
func benchSettle(r *Reactor, m *runtime.MemStats) {
	young := func() int {
		r.owners.mu.Lock()
		defer r.owners.mu.Unlock()
		return r.nursery.young
	}
	for i := 0; i < 3 || young() > 0; i++ {
		runtime.GC()
		runtime.Gosched()
	}
	runtime.ReadMemStats(m)
}

// BenchmarkReady measures the methods when there is nothing to wait for.
func BenchmarkReady(b *testing.B) {
	w := &benchWaker{}
	op := func() error { return nil }
	b.Run("PollReadReady", func(b *testing.B) {
		g := benchReady(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := g.PollReadReady(w); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("PollReadIO", func(b *testing.B) {
		g := benchReady(b)
		g.r.limit = ^uint32(0)
		b.ReportAllocs()
		for b.Loop() {
			if err := g.PollReadIO(w, op); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("TryIO", func(b *testing.B) {
		g := benchReady(b)
		b.ReportAllocs()
		for b.Loop() {
			if err := g.TryIO(Readable, op); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Readiness", func(b *testing.B) {
		g := benchReady(b)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := g.Readiness(nil, Readable); err != nil { //nolint:staticcheck // a nil context is allowed
				b.Fatal(err)
			}
		}
	})
	b.Run("AsyncIO", func(b *testing.B) {
		g := benchReady(b)
		g.r.limit = ^uint32(0)
		b.ReportAllocs()
		for b.Loop() {
			if err := g.AsyncIO(nil, Readable, op); err != nil { //nolint:staticcheck // a nil context is allowed
				b.Fatal(err)
			}
		}
	})
	b.Run("ClearReadiness", func(b *testing.B) {
		g := benchReady(b)
		ev, err := g.PollReadReady(w)
		if err != nil {
			b.Fatal(err)
		}
		held := g.s.word.load()
		b.ReportAllocs()
		for b.Loop() {
			g.s.word.v.Store(uint64(held))
			g.ClearReadiness(ev)
		}
	})
}

// BenchmarkWord measures the readiness word alone, by what the methods do with
// it.
func BenchmarkWord(b *testing.B) {
	var a atomicWord
	b.Run("look", func(b *testing.B) {
		g := benchReady(b)
		for b.Loop() {
			if _, err := g.look(maskOf(Readable)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("set", func(b *testing.B) {
		for b.Loop() {
			a.set(ReadyReadable)
		}
	})
	b.Run("clear", func(b *testing.B) {
		a.set(ReadyReadable)
		held := a.load()
		seen := eventOf(held, maskOf(Readable)).bits()
		for b.Loop() {
			a.v.Store(uint64(held))
			a.clear(seen)
		}
	})
}
