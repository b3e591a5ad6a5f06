package spec

// An Event is what a kernel says, field by field.
type Event map[Field]int64

// Decode says what an event means on a target, by reading the mechanism's rules
// as they stand: it is what an adapter's decode function is compared with. Where
// the outcome is not Report there is no readiness.
func (t *Target) Decode(ev Event) (ReadySet, Outcome) {
	var ready ReadySet
	for _, rule := range t.Mechanism.Rules {
		if !t.all(rule.When, ev) {
			continue
		}
		if rule.Outcome != Report {
			return 0, rule.Outcome
		}
		ready |= rule.Ready
	}
	return ready, Report
}

// all reports whether every condition holds.
func (t *Target) all(conds []Condition, ev Event) bool {
	for _, c := range conds {
		if !t.holds(c, ev[c.Field]) {
			return false
		}
	}
	return true
}

// holds reports whether a condition holds of its field. One that names a
// constant that the target lacks does not.
func (t *Target) holds(c Condition, field int64) bool {
	switch c.Op {
	case NonZero:
		return field != 0
	case Negative:
		return field < 0
	}
	k, ok := t.Const(c.Const)
	if !ok {
		return c.Op == Lacks
	}
	switch c.Op {
	case Has:
		return field&k.Value != 0
	case Lacks:
		return field&k.Value == 0
	case Is:
		return field == k.Value
	}
	return false
}
