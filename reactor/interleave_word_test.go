//go:build interleave

package reactor

import (
	"testing"

	"github.com/rouse-io/rouse/internal/interleave"
)

// facts/pitfalls 1: what comes between an operation and its clear survives. Two
// readers empty a socket and clear what they saw; as long as there is something
// to read, the word says so.
func TestInterleaveClearAgainstSet(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		var w atomicWord
		var socket interleave.Object
		bytes := 0
		m.Go("events", func() {
			for range 2 {
				interleave.Do("peer writes", func() { bytes++ }, &socket)
				w.set(ReadyReadable)
			}
		})
		for range 2 {
			m.Go("reader", func() {
				seen := eventOf(w.load(), maskOf(Readable))
				interleave.Do("read all", func() { bytes = 0 }, &socket)
				w.clear(seen.bits())
			})
		}
		m.Finally(func() {
			if bytes > 0 && !w.load().ready().IsReadable() {
				m.Errorf("%d bytes to read, and the word says %v", bytes, w.load().ready())
			}
		})
	})
}

// facts/pitfalls 2: events for writing don't keep a reader from clearing, nor the
// other way round.
func TestInterleaveClearAgainstOtherDirection(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		var w atomicWord
		w.set(ReadyReadable | ReadyWritable)
		m.Go("reader", func() {
			if !w.clear(eventOf(w.load(), maskOf(Readable)).bits()) {
				m.Errorf("the reader could not clear")
			}
		})
		m.Go("events", func() {
			for range 3 {
				w.set(ReadyWritable)
			}
		})
		m.Finally(func() {
			if got := w.load().ready(); got != ReadyWritable {
				m.Errorf("got %v, want writable", got)
			}
		})
	})
}

// facts/pitfalls 3 and 4: what is final stays, whoever clears meanwhile, and
// nothing that is set is lost to another set.
func TestInterleaveClearAgainstFinal(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		var w atomicWord
		w.set(ReadyReadable)
		m.Go("reader", func() {
			for range 2 {
				w.clear(eventOf(w.load(), maskOf(Readable)).bits())
			}
		})
		m.Go("events", func() { w.set(ReadyReadable | ReadyReadClosed) })
		m.Go("close", func() { w.or(wordShutdown) })
		m.Finally(func() {
			now := w.load()
			if now&wordShutdown == 0 {
				m.Errorf("shutdown was erased")
			}
			if !now.ready().IsReadClosed() {
				m.Errorf("closed was erased")
			}
		})
	})
}

// facts/pitfalls 6: who clears an error does not hide it from the other
// direction.
func TestInterleaveErrorForBoth(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		var w atomicWord
		m.Go("events", func() { w.set(ReadyError) })
		seen := [2]bool{}
		for d, in := range []Interest{Readable, Writable} {
			m.Go(in.String(), func() {
				ev := eventOf(w.load(), maskOf(in))
				seen[d] = ev.Ready == ReadyError
				w.clear(ev.bits())
			})
		}
		m.Finally(func() {
			for d, in := range []Interest{Readable, Writable} {
				left := eventOf(w.load(), maskOf(in)).Ready == ReadyError
				if seen[d] == left {
					m.Errorf("%v has seen the error: %v; it is left: %v", in, seen[d], left)
				}
			}
		})
	})
}

// Who still holds an event of the last registration clears nothing of the next
// one in the slot.
func TestInterleaveClearAgainstReuse(t *testing.T) {
	explore(t, func(m *interleave.Model) {
		var w atomicWord
		w.set(ReadyReadable)
		old := eventOf(w.load(), maskOf(Readable))
		w.or(wordDeregistered)
		m.Go("old", func() { w.clear(old.bits()) })
		m.Go("next", func() {
			w.reuse()
			w.set(ReadyReadable)
		})
		m.Finally(func() {
			if !w.load().ready().IsReadable() {
				m.Errorf("readiness of the next registration was lost")
			}
		})
	})
}
