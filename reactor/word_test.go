package reactor

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// facts/pitfalls 1: an event between the operation and the clear survives.
func TestWordClearKeepsWhatIsNewer(t *testing.T) {
	var w atomicWord
	w.set(ReadyReadable)
	seen := eventOf(w.load(), maskOf(Readable))
	w.set(ReadyReadable)
	if w.clear(seen.bits()) {
		t.Error("a clear with an older tick cleared something")
	}
	if !w.load().ready().IsReadable() {
		t.Error("the newer event was lost")
	}
	now := eventOf(w.load(), maskOf(Readable))
	if !w.clear(now.bits()) || w.load().ready() != 0 {
		t.Errorf("after a clear with its own tick: %v", w.load().ready())
	}
}

// facts/pitfalls 1: a tick of 8 bits is defeated by 256 events; this one takes
// the width of its field.
func TestWordTickWidth(t *testing.T) {
	var w word
	w = w.set(ReadyReadable)
	seen := w
	for events := range 1 << 16 {
		w = w.set(ReadyReadable)
		if w.clear(seen) != w {
			t.Fatalf("a clear acted after %d newer events", events+1)
		}
	}
	// A tick that comes round touches nothing beside it.
	w = readTicks | writeTicks
	if got := w.set(ReadyReadable); got != writeTicks|word(ReadyReadable) {
		t.Errorf("read tick overflow: %#x", uint64(got))
	}
	if got := w.set(ReadyWritable); got != readTicks|word(ReadyWritable) {
		t.Errorf("write tick overflow: %#x", uint64(got))
	}
	if got := w.reuse(); got != 0 {
		t.Errorf("reuse overflow: %#x", uint64(got))
	}
}

// facts/pitfalls 2: events of one direction do not keep the other from clearing.
func TestWordTicksPerDirection(t *testing.T) {
	var w atomicWord
	w.set(ReadyReadable)
	seen := eventOf(w.load(), maskOf(Readable))
	for range 10 {
		w.set(ReadyWritable)
	}
	if !w.clear(seen.bits()) || w.load().ready() != ReadyWritable {
		t.Errorf("after writes only: %v, want writable", w.load().ready())
	}
	// The other way round.
	seen = eventOf(w.load(), maskOf(Writable))
	w.set(ReadyReadable | ReadyPriority)
	if !w.clear(seen.bits()) || w.load().ready() != ReadyReadable|ReadyPriority {
		t.Errorf("after reads only: %v", w.load().ready())
	}
}

// facts/pitfalls 3 and 4: clear keeps shutdown, deregistered and closed.
func TestWordClearKeepsTheRest(t *testing.T) {
	for _, flag := range []word{wordShutdown, wordDeregistered} {
		var w atomicWord
		w.set(platform.AllReady)
		w.or(flag)
		w.clear(eventOf(w.load(), maskOf(platform.AllInterests)).bits())
		if w.load()&flag == 0 {
			t.Errorf("clear erased flag %#x", uint64(flag))
		}
		if got := w.load().ready(); got != platform.ReadyFinal {
			t.Errorf("after clearing everything: %v, want %v", got, platform.ReadyFinal)
		}
	}
}

// An event that nobody has seen clears nothing.
func TestWordZeroEvent(t *testing.T) {
	var w atomicWord
	w.set(ReadyReadable)
	if w.clear(ReadyEvent{Ready: ReadyReadable}.bits()) {
		t.Error("an event made by hand cleared something")
	}
}

// A caller may take bits out of an event, and they are kept.
func TestEventPartlyCleared(t *testing.T) {
	var w atomicWord
	w.set(ReadyReadable | ReadyWritable)
	ev := eventOf(w.load(), maskOf(Readable|Writable))
	ev.Ready = ReadyReadable
	w.clear(ev.bits())
	if got := w.load().ready(); got != ReadyWritable {
		t.Errorf("got %v, want writable", got)
	}
}

// facts/pitfalls 6: an error satisfies every interest, and who has cleared it
// has not hidden it from the others.
func TestWordErrorPerInterest(t *testing.T) {
	interests := []Interest{Readable, Writable, Priority}
	for _, cleared := range interests {
		var w atomicWord
		w.set(ReadyError)
		w.clear(eventOf(w.load(), maskOf(cleared)).bits())
		for _, in := range interests {
			got := eventOf(w.load(), maskOf(in)).Ready
			want := ReadyError
			if in == cleared {
				want = 0
			}
			if got != want {
				t.Errorf("cleared for %v: %v sees %v, want %v", cleared, in, got, want)
			}
		}
	}
}

// What satisfies an interest is what platform says, for each of them.
func TestMaskOf(t *testing.T) {
	for in := range platform.AllInterests + 1 {
		for r := range platform.AllReady + 1 {
			got := eventOf(word(0).set(r), maskOf(in)).Ready
			if want := r & in.Ready(); got != want {
				t.Errorf("%v asked for %v: got %v, want %v", r, in, got, want)
			}
		}
	}
}

// The next registration of a slot starts empty, and an event of the last one
// clears nothing of it.
func TestWordReuse(t *testing.T) {
	var w atomicWord
	w.set(platform.AllReady)
	old := eventOf(w.load(), maskOf(platform.AllInterests))
	w.or(wordDeregistered)
	if w.set(ReadyReadable) {
		t.Error("readiness was set after deregistration")
	}
	w.reuse()
	if w.load()&^(readTicks|writeTicks) != 0 {
		t.Errorf("after reuse: %#x", uint64(w.load()))
	}
	w.or(bitsOf(ReadyReadable | ReadyWritable)) // as set, but with the same ticks
	if w.clear(old.bits()) {
		t.Error("an event of the last registration cleared readiness of the next")
	}
}
