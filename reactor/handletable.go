package reactor

// A handleTable maps handles to registrations. Unix hands out small numbers,
// densely, and so does Windows but for a factor of 4; a slice takes a fifth of
// the memory of a map for them, and a tenth of the time. Handles that would make
// the slice mostly empty go into a map.
type handleTable struct {
	dense  pages[*scheduledIO]
	sparse map[Handle]*scheduledIO
}

// get returns what set was told last, or nil.
func (t *handleTable) get(h Handle) *scheduledIO {
	if h < Handle(t.dense.len()) {
		if s := *t.dense.at(int(h)); s != nil {
			return s
		}
	}
	return t.sparse[h]
}

// set maps h to s, or to nothing if s is nil.
func (t *handleTable) set(h Handle, s *scheduledIO) {
	if t.sparse != nil {
		delete(t.sparse, h)
	}
	if s != nil {
		t.reach(h)
	}
	switch {
	case h < Handle(t.dense.len()):
		*t.dense.at(int(h)) = s
	case s != nil:
		if t.sparse == nil {
			t.sparse = make(map[Handle]*scheduledIO)
		}
		t.sparse[h] = s
	}
}

// reach makes the slice longer for a handle that is not far behind its end.
func (t *handleTable) reach(h Handle) {
	n := Handle(t.dense.len())
	if h >= n+n/4+perPage {
		return
	}
	for h >= Handle(t.dense.len()) {
		t.dense.grow()
	}
}
