package reactor

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// A token is its index and generation, and no two have the same (facts/pitfalls
// 12, 13).
func FuzzToken(f *testing.F) {
	for _, half := range []uint32{0, 1, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
		f.Add(half, ^half)
		f.Add(half, half)
	}
	f.Fuzz(func(t *testing.T, index, generation uint32) {
		token := makeToken(index, generation)
		if i, g := splitToken(token); i != index || g != generation {
			t.Errorf("%d of generation %d comes back as %d of %d", index, generation, i, g)
		}
		if next := makeToken(index, generation+1); next == token {
			t.Errorf("%#x is two generations'", token)
		}
	})
}

// Any number that a poller brings is split without loss, and reaches nobody in a
// reactor where nothing is registered.
func FuzzStaleToken(f *testing.F) {
	for _, token := range []uint64{0, 1, 92, 93, 1 << 32, 1<<63 | 1, 1<<64 - 1} {
		f.Add(token, uint16(platform.AllReady))
	}
	f.Fuzz(func(t *testing.T, token uint64, ready uint16) {
		ev := platform.Event{Token: platform.Token(token), Ready: Ready(ready)}
		if got := makeToken(splitToken(ev.Token)); got != ev.Token {
			t.Errorf("%#x comes back as %#x", token, got)
		}
		var r Reactor
		if _, ok := r.dispatch(r.find(ev.Token), ev.Ready); ok {
			t.Errorf("%#x reaches somebody where there is nobody", token)
		}
		// The slot is there, and free.
		r.set.slab.grow()
		if _, ok := r.dispatch(r.find(ev.Token), ev.Ready); ok {
			t.Errorf("%#x reaches somebody in a slot that is free", token)
		}
	})
}

// Whatever is set and cleared in whatever order: what is final stays, what was
// not seen stays, and a clear changes nothing else.
func FuzzWord(f *testing.F) {
	f.Add([]byte{0x01, 0x81, 0x02, 0x80, 0x3f, 0x83})
	f.Fuzz(func(t *testing.T, steps []byte) {
		var w, seen word
		var newer Ready // since seen
		for _, b := range steps[:min(len(steps), 1000)] {
			old := w
			if b&0x80 == 0 {
				r := Ready(b) & platform.AllReady
				w = w.set(r)
				newer |= r
				if w.ready() != old.ready()|r {
					t.Fatalf("%v and %v make %v", old.ready(), r, w.ready())
				}
				continue
			}
			in := Interest(b) & platform.AllInterests
			w = w.clear(seen & (maskOf(in) | readTicks | writeTicks))
			if lost := old.ready() &^ w.ready(); lost&^seen.ready() != 0 || lost&(newer|platform.ReadyFinal) != 0 {
				t.Fatalf("%v is lost of what was %v when it was seen; %v is newer", lost, seen.ready(), newer)
			}
			if (w^old)&^(wordReady|wordErrors) != 0 {
				t.Fatalf("a clear makes %#x of %#x", w, old)
			}
			seen, newer = w, 0
		}
	})
}
