package reactor

import "testing"

// The sixteenth pending release asks for a turn, and only it.
func TestSetNotifyAfter(t *testing.T) {
	var set registrationSet
	var all []*scheduledIO
	for h := range Handle(2 * notifyAfter) {
		s, err := set.allocate(h, Readable)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
	}
	if set.needsRelease() {
		t.Error("needs release before anything was deregistered")
	}
	for i, s := range all {
		if got, want := set.deregister(s), i+1 == notifyAfter; got != want {
			t.Errorf("deregister %d: notify %v, want %v", i+1, got, want)
		}
		if !set.needsRelease() {
			t.Errorf("deregister %d: needs no release", i+1)
		}
	}
	set.release()
	if set.needsRelease() {
		t.Error("needs release after release")
	}
}

// What was released serves again, with another generation; what waits for its
// release does not.
func TestSetReuse(t *testing.T) {
	var set registrationSet
	first, _ := set.allocate(1, Readable)
	generation := first.generation
	set.deregister(first)
	if second, _ := set.allocate(2, Readable); second == first {
		t.Fatal("a slot was used again before its release")
	}
	set.release()
	third, _ := set.allocate(3, Readable)
	if third != first {
		t.Fatal("a released slot was not used again")
	}
	if third.generation == generation {
		t.Error("the generation is the same")
	}
	if Handle(third.handle.Load()) != 3 {
		t.Error("the handle is not the new one")
	}
}

// facts/pitfalls 15: after shutdown nobody gets in; all that there is comes out,
// once.
func TestSetShutdown(t *testing.T) {
	var set registrationSet
	want := map[*scheduledIO]bool{}
	for h := range Handle(3 * pageSize) {
		s, _ := set.allocate(h, Readable)
		if h%5 == 0 {
			s.word.or(wordDeregistered)
			set.deregister(s)
		} else {
			want[s] = true
		}
		if h == pageSize {
			set.release()
		}
	}
	all, first := set.shutdown()
	if !first {
		t.Error("the first shutdown is not the first")
	}
	for _, s := range all {
		if !want[s] {
			t.Errorf("shutdown returned slot %d, which has ended, or twice", s.index)
		}
		delete(want, s)
	}
	if len(want) != 0 {
		t.Errorf("shutdown missed %d registrations", len(want))
	}
	if all, first := set.shutdown(); first || all != nil {
		t.Error("a second shutdown returned something")
	}
	if _, err := set.allocate(1, Readable); err != ErrShutdown {
		t.Errorf("allocate after shutdown: %v", err)
	}
	if set.needsRelease() {
		t.Error("needs release after shutdown")
	}
}

// The slab finds what it handed out, and nothing else.
func TestSlab(t *testing.T) {
	var s slab
	if s.get(0) != nil {
		t.Error("an empty slab has something")
	}
	for range 3 {
		first := s.grow()
		for i := range uint32(pageSize) {
			if got := s.get(first + i); got == nil || got.index != first+i {
				t.Fatalf("slot %d: %v", first+i, got)
			}
		}
	}
	if s.get(3*pageSize) != nil || s.get(^uint32(0)) != nil {
		t.Error("a slot behind the end")
	}
	for _, index := range []uint32{0, 1, 1 << 31, ^uint32(0)} {
		for _, generation := range []uint32{0, 7, ^uint32(0)} {
			if i, g := splitToken(makeToken(index, generation)); i != index || g != generation {
				t.Errorf("token of %d, %d: %d, %d", index, generation, i, g)
			}
		}
	}
}
