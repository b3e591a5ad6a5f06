package park

// A line is the parked connections of a lot in order of expiry, which is the
// order in which they came. It is a ring with a pointer to its oldest.
type line[T any] struct {
	first *Spot[T]
	size  int
}

func (l *line[T]) push(s *Spot[T]) {
	l.size++
	if l.first == nil {
		s.next, s.prev = s, s
		l.first = s
		return
	}
	last := l.first.prev
	s.prev, s.next = last, l.first
	last.next, l.first.prev = s, s
}

// remove takes s out, and reports false where it is not in the line.
func (l *line[T]) remove(s *Spot[T]) bool {
	if s.next == nil {
		return false
	}
	l.size--
	if s.next == s {
		l.first = nil
	} else {
		s.prev.next, s.next.prev = s.next, s.prev
		if l.first == s {
			l.first = s.next
		}
	}
	s.next, s.prev = nil, nil
	return true
}
