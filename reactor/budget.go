package reactor

import "github.com/rouse-io/rouse/internal/step"

// A budget counts the operations of one registration in one turn, so that one
// that is always ready does not keep the others from their turn. It packs the
// turn that it counts for above the count.
type budget struct{ v step.Uint64 }

// left reports whether there is another operation in this turn.
func (b *budget) left(turn, limit uint32) bool {
	v := b.v.Load()
	return uint32(v>>32) != turn || uint32(v) < limit
}

// spend counts an operation.
func (b *budget) spend(turn uint32) {
	for {
		old := b.v.Load()
		now := old + 1
		if uint32(old>>32) != turn {
			now = uint64(turn)<<32 | 1
		}
		if b.v.CompareAndSwap(old, now) {
			return
		}
	}
}

// renew starts the count again within the turn: for a goroutine, which has let
// the others run.
func (b *budget) renew(turn uint32) { b.v.Store(uint64(turn) << 32) }
