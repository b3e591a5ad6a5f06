package reactor

import (
	"github.com/rouse-io/rouse/internal/step"
	"github.com/rouse-io/rouse/platform"
)

// A word is all that is known of one registration, in 64 bits, so that every
// step of it is one atomic operation:
//
//	bits  0-4   readiness: the bits of platform.Ready, but for ReadyError
//	bits  5-7   error, once for each interest: who has looked at an error must
//	            not hide it from who waits for something else
//	bit   8     deregistered
//	bit   9     shutdown
//	bits 10-36  tick of the reading direction
//	bits 37-63  tick of the writing direction
//
// Set counts the tick of each direction that it touches. Clear acts on a
// direction only if its tick is the one that was seen: an event that came
// between an operation and its clear survives. The ticks are apart because a
// stream of events in one direction must not keep the other from clearing, and
// they have all the room there is: one that came round by 2^27 events between
// an operation and its clear would lose an event.
//
// Closed, deregistered and shutdown stay for good. Clear keeps every bit that
// it does not clear.
type word uint64

const (
	wordReady = word(platform.AllReady &^ platform.ReadyError)
	wordFinal = word(platform.ReadyFinal)

	errorShift = 5
	wordErrors = word(platform.AllInterests) << errorShift

	wordDeregistered word = 1 << 8
	wordShutdown     word = 1 << 9

	readTickShift       = 10
	writeTickShift      = 37
	oneReadTick    word = 1 << readTickShift
	oneWriteTick   word = 1 << writeTickShift
	writeTicks     word = ^(oneWriteTick - 1)
	readTicks      word = oneWriteTick - oneReadTick
)

// These fail to compile where the readiness bits no longer fit below the
// errors, or the interests below the flags.
const (
	_ = uint(1<<errorShift - 1 - wordReady)
	_ = uint(wordDeregistered - 1 - wordErrors)
)

// interestMasks has, for each interest, the bits of a word that satisfy it.
var interestMasks = func() (masks [platform.AllInterests + 1]word) {
	for in := range masks {
		masks[in] = word(platform.Interest(in).Ready())&wordReady | word(in)<<errorShift
	}
	return masks
}()

// The bits of a word that belong to a direction and can be cleared.
var (
	clearableRead  = (word(platform.ReadyRead)&wordReady | interestMasks[Readable|Priority]) &^ wordFinal
	clearableWrite = (word(platform.ReadyWrite)&wordReady | interestMasks[Writable]) &^ wordFinal
)

// maskOf returns the bits of a word that satisfy in.
func maskOf(in Interest) word { return interestMasks[in&platform.AllInterests] }

// bitsOf returns the bits that an event sets.
func bitsOf(r Ready) word {
	bits := word(r) & wordReady
	if r&platform.ReadyError != 0 {
		bits |= wordErrors
	}
	return bits
}

// ready returns the readiness in the bits of w.
func (w word) ready() Ready {
	r := Ready(w & wordReady)
	if w&wordErrors != 0 {
		r |= platform.ReadyError
	}
	return r
}

// set returns w with the readiness r added and its ticks counted.
func (w word) set(r Ready) word {
	if r&platform.ReadyRead != 0 {
		w = w&^readTicks | (w+oneReadTick)&readTicks
	}
	if r&platform.ReadyWrite != 0 {
		w += oneWriteTick // what overflows falls off the top
	}
	return w | bitsOf(r)
}

// clear returns w without the bits that are in seen, of the directions that
// nothing has been set in since. What is final stays.
func (w word) clear(seen word) word {
	var bits word
	if (w^seen)&readTicks == 0 {
		bits |= clearableRead
	}
	if (w^seen)&writeTicks == 0 {
		bits |= clearableWrite
	}
	return w &^ (seen & bits)
}

// reuse returns the word of the next registration in the same slot. The ticks
// go on, so that nobody who still holds the old word can clear anything.
func (w word) reuse() word {
	return (w&writeTicks + oneWriteTick) | (w+oneReadTick)&readTicks
}

// err returns why nothing more will come, or nil.
func (w word) err() error {
	switch {
	case w&(wordShutdown|wordDeregistered) == 0:
		return nil
	case w&wordShutdown != 0:
		return ErrShutdown
	}
	return ErrDeregistered
}

// An atomicWord is a word that is changed by many.
type atomicWord struct{ v step.Uint64 }

func (a *atomicWord) load() word { return word(a.v.Load()) }

// or sets bits.
func (a *atomicWord) or(bits word) { a.v.Or(uint64(bits)) }

// set adds readiness. It reports false where nobody wants to know any more.
func (a *atomicWord) set(r Ready) bool {
	for {
		old := a.load()
		if old&wordDeregistered != 0 {
			return false
		}
		if a.v.CompareAndSwap(uint64(old), uint64(old.set(r))) {
			return true
		}
	}
}

// clear takes away what was seen, and reports whether that changed anything.
func (a *atomicWord) clear(seen word) bool {
	for {
		old := a.load()
		now := old.clear(seen)
		if now == old {
			return false
		}
		if a.v.CompareAndSwap(uint64(old), uint64(now)) {
			return true
		}
	}
}

// reuse makes the word ready for the next registration.
func (a *atomicWord) reuse() { a.v.Store(uint64(a.load().reuse())) }
