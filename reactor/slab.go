package reactor

import (
	"github.com/rouse-io/rouse/internal/step"
	"github.com/rouse-io/rouse/platform"
)

// pageSize makes a page fill 8 KiB where pointers have 64 bits, which is a size
// class of Go's allocator: next to nothing is wasted.
const pageSize = 93

type page [pageSize]scheduledIO

// A slab holds every scheduledIO that there ever was. They never move, and are
// found by index without a lock.
type slab struct {
	pages step.Pointer[[]*page] // grown by one goroutine at a time
}

// get returns the scheduledIO of an index, or nil where there is none.
func (s *slab) get(index uint32) *scheduledIO {
	pages := s.pages.Load()
	if pages == nil || int(index/pageSize) >= len(*pages) {
		return nil
	}
	return &(*pages)[index/pageSize][index%pageSize]
}

// grow adds a page and returns its first index. A reader that holds the old
// slice does not look behind its end, so append may fill the same array.
func (s *slab) grow() uint32 {
	var pages []*page
	if old := s.pages.Load(); old != nil {
		pages = *old
	}
	first := uint32(len(pages)) * pageSize
	added := new(page)
	for i := range added {
		added[i].index = first + uint32(i)
		added[i].word.or(wordDeregistered)
	}
	pages = append(pages, added)
	s.pages.Store(&pages)
	return first
}

// makeToken makes the token of a registration: an event that comes late names a
// generation that has passed, and reaches nobody.
func makeToken(index, generation uint32) platform.Token {
	return platform.Token(generation)<<32 | platform.Token(index)
}

// splitToken is the reverse of makeToken.
func splitToken(t platform.Token) (index, generation uint32) {
	return uint32(t), uint32(t >> 32)
}
