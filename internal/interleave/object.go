package interleave

// An Object is something that threads share. The zero Object is ready for use;
// it must not be copied after that.
type Object struct {
	epoch uint64 // of the execution that index is of
	index int32  // in execution.accesses
}

// A kind is what a step does to its objects, as far as the order matters.
type kind uint8

const (
	read kind = iota // takes places with other reads
	write
	lock    // a mutex that is free
	unlock  // a mutex that is held: never possible where lock is
	send    // a signal that is not set
	receive // a signal that is set: never possible where send is
)

// An operation is a step that a thread is about to take.
type operation struct {
	kind    kind
	name    string
	objects [2]int32   // those it touches, or none
	ready   func() int // in how many ways it can go on now; nil is always one
}

const none = -1

// ways returns in how many ways the step can be taken now.
func (o *operation) ways() int {
	if o.ready == nil {
		return 1
	}
	return o.ready()
}

// conflicts reports whether the order of two steps can make a difference.
func (o *operation) conflicts(p *operation) bool {
	if o.kind == read && p.kind == read {
		return false
	}
	for _, a := range o.objects {
		if a != none && (a == p.objects[0] || a == p.objects[1]) {
			return true
		}
	}
	return false
}

// races reports whether two steps that conflict can ever be possible both at
// once: where they can't, they can't change places either.
func (o *operation) races(p *operation) bool {
	a, b := min(o.kind, p.kind), max(o.kind, p.kind)
	return (a != lock || b != unlock) && (a != send || b != receive)
}
