package reactor

// A Direction is reading or writing.
type Direction uint8

// The directions.
const (
	Read Direction = iota
	Write
)

// Interest returns what an operation of that direction waits for.
func (d Direction) Interest() Interest {
	switch d {
	case Read:
		return Readable
	case Write:
		return Writable
	}
	return 0
}

// String returns "read" or "write".
func (d Direction) String() string {
	switch d {
	case Read:
		return "read"
	case Write:
		return "write"
	}
	return "Direction(?)"
}

// A ReadyEvent is readiness as it was seen at one moment. It is what
// [Registration.ClearReadiness] needs to clear exactly that and nothing newer.
type ReadyEvent struct {
	// Ready is what holds of what was asked. A caller may take bits away, to
	// keep them when the event is cleared.
	Ready Ready

	// seen is the word it comes from: the ticks, and of the readiness what was
	// asked for.
	seen word
}

// eventOf returns what w says to who is satisfied by mask.
func eventOf(w, mask word) ReadyEvent {
	w &= mask | readTicks | writeTicks
	return ReadyEvent{Ready: w.ready(), seen: w}
}

// bits returns what clearing e clears, with the ticks that allow it.
func (e ReadyEvent) bits() word {
	return e.seen & (bitsOf(e.Ready)&^wordFinal | readTicks | writeTicks)
}

// directions returns the interests that what is ready belongs to.
func (e ReadyEvent) directions() Interest {
	var in Interest
	for _, one := range [...]Interest{Readable, Writable, Priority} {
		if e.bits()&maskOf(one) != 0 {
			in |= one
		}
	}
	return in
}
