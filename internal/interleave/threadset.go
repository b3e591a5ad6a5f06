package interleave

import "math/bits"

// A threadSet is a set of threads, by number.
type threadSet uint32

func one(id int) threadSet { return 1 << id }

func (s threadSet) has(id int) bool { return s&one(id) != 0 }

func (s threadSet) lowest() int { return bits.TrailingZeros32(uint32(s)) }
