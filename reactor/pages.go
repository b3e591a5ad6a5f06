package reactor

// perPage is how many entries a page has.
const perPage = 256

// Pages is a slice that grows without a copy: of one that becomes long, the copies
// that were thrown away would be several times what it is itself, until a
// collection comes.
type pages[T any] struct{ of []*[perPage]T }

// len is how many entries there are.
func (p *pages[T]) len() int { return len(p.of) * perPage }

// at returns an entry, which must be there.
func (p *pages[T]) at(i int) *T { return &p.of[i/perPage][i%perPage] }

// grow adds a page of zeros.
func (p *pages[T]) grow() { p.of = append(p.of, new([perPage]T)) }
