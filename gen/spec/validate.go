package spec

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// Validate looks for what contradicts itself in the spec, and returns all of
// it.
func Validate() error {
	var p problems
	p.vocabulary()
	var mechanisms []*Mechanism
	for _, t := range Targets {
		if !slices.Contains(mechanisms, t.Mechanism) {
			mechanisms = append(mechanisms, t.Mechanism)
			p.mechanism(t.Mechanism)
		}
	}
	p.targets()
	p.hosts()
	return errors.Join(p...)
}

// problems is what was found.
type problems []error

// check adds a problem where ok is false.
func (p *problems) check(ok bool, format string, args ...any) {
	if !ok {
		*p = append(*p, fmt.Errorf(format, args...))
	}
}

// names checks that names are there and differ.
func (p *problems) names(what string, names ...string) {
	seen := make(map[string]bool)
	for _, name := range names {
		p.check(name != "", "%s without a name", what)
		p.check(!seen[name], "%s %s is there twice", what, name)
		seen[name] = true
	}
}

func (p *problems) vocabulary() {
	var names, letters, predicates []string
	var interests InterestSet
	for _, i := range Interests {
		names = append(names, i.Name)
		p.check(i.Bit == interests+1, "%s: bit %#x does not follow on %#x", i.Name, i.Bit, interests)
		p.check(i.Satisfied&E != 0, "%s: errors don't satisfy it", i.Name)
		interests |= i.Bit
	}
	var all, final ReadySet
	var concerns [2]ReadySet
	for _, b := range Readiness {
		names = append(names, b.Name)
		letters = append(letters, b.Letter)
		predicates = append(predicates, b.Predicate)
		p.check(b.Bit == all+1, "%s: bit %#x does not follow on %#x", b.Name, b.Bit, all)
		all |= b.Bit
		if b.Final {
			final |= b.Bit
			p.check(bits.OnesCount8(uint8(b.Concerns)) == 1, "%s: an end concerns one direction", b.Name)
		}
		for i, d := range []Directions{Reading, Writing} {
			if b.Concerns&d != 0 {
				concerns[i] |= b.Bit
			}
		}
	}
	var satisfied ReadySet
	for _, i := range Interests {
		satisfied |= i.Satisfied
	}
	p.check(satisfied == all, "interests are satisfied by %#x, but there is %#x", satisfied, all)
	for _, b := range Readiness {
		p.check(b.Implied&^final == 0, "%s: implied by what is not final", b.Name)
	}
	for _, s := range Sets {
		names = append(names, s.Name)
	}
	for i, want := range []ReadySet{all, final, concerns[0], concerns[1]} {
		p.check(Sets[i].Bits == want, "%s is %#x, and should be %#x", Sets[i].Name, Sets[i].Bits, want)
	}
	p.check(final == Final, "the final bits are %#x, and Final is %#x", final, Final)
	for i, m := range Modes {
		names = append(names, m.Name)
		p.check(int(m.Mode) == i, "%s: mode %d is in place %d", m.Name, m.Mode, i)
	}
	p.names("constant", names...)
	p.names("letter", letters...)
	p.names("predicate", predicates...)
}

func (p *problems) mechanism(m *Mechanism) {
	var names []string
	for _, c := range m.Consts {
		names = append(names, c.Name)
		for _, other := range m.Consts {
			clash := c.Name != other.Name && c.Field == other.Field && c.Field != NoField && c.Value == other.Value
			p.check(!clash, "%s: %s and %s are the same", m.Name, c.Name, other.Name)
		}
		p.check(!isSet(c.Field) || bits.OnesCount64(uint64(c.Value)) == 1, "%s: %s is not one bit", m.Name, c.Name)
	}
	p.names(m.Name, names...)

	asked := slices.Concat(m.Always, m.Last, m.Waker.Arm)
	for _, a := range m.Arms {
		asked = append(asked, a.Names()...)
	}
	for _, i := range Interests {
		n := count(m.Arms, func(a Arm) bool { return a.Interest == i.Bit })
		p.check(n <= 1, "%s: %s is armed %d ways", m.Name, i.Name, n)
	}
	for _, mode := range Modes {
		n := count(m.Modes, func(a ModeArm) bool { return a.Mode == mode.Mode })
		p.check(n == 1, "%s: %s is had in %d ways", m.Name, mode.Name, n)
	}
	for _, a := range m.Modes {
		asked = append(asked, a.Flags...)
	}
	for _, name := range slices.Concat(asked, m.Unasked, m.Waker.Trigger) {
		p.known(m, name)
	}
	for _, n := range m.Never {
		p.known(m, n.Const)
		p.check(!slices.Contains(asked, n.Const), "%s: %s is asked", m.Name, n.Const)
		p.check(n.Why != "", "%s: no reason not to ask %s", m.Name, n.Const)
	}
	for _, r := range m.Rules {
		p.conditions(m, r.When)
		p.check((r.Ready != 0) == (r.Outcome == Report), "%s: %v reports %#x", m.Name, r.When, r.Ready)
		p.check(r.Ready&^Sets[0].Bits == 0, "%s: %v reports unknown bits", m.Name, r.When)
	}
	var types []string
	for _, w := range m.Waitables {
		types = append(types, w.Type)
		p.check(w.When != "", "%s: nobody knows when a %s is ready", m.Name, w.Type)
	}
	p.names(m.Name+" waitable", types...)
	p.errors(m)
}

// known checks that a constant is there.
func (p *problems) known(m *Mechanism, name string) {
	_, ok := m.Const(name)
	p.check(ok, "%s: unknown constant %s", m.Name, name)
}

// conditions checks that each looks at its field as that can be looked at.
func (p *problems) conditions(m *Mechanism, conds []Condition) {
	p.check(len(conds) > 0, "%s: a rule without conditions", m.Name)
	for _, c := range conds {
		switch c.Op {
		case NonZero, Negative:
			p.check(c.Const == "", "%s: %s where no constant is looked at", m.Name, c.Const)
			continue
		}
		p.known(m, c.Const)
		k, _ := m.Const(c.Const)
		p.check(k.Field == c.Field, "%s: %s is not of the field", m.Name, c.Const)
		p.check(isSet(c.Field) == (c.Op != Is), "%s: %s is looked at the wrong way", m.Name, c.Const)
	}
}

func (p *problems) errors(m *Mechanism) {
	kinds := []Kind{Exists, NotFound, NotPollable, Ignored}
	var cases []string
	for _, e := range m.Errors {
		p.check(slices.Contains(kinds, e.Kind), "%s: unknown kind of error %s", m.Name, e.Kind)
		for _, op := range e.Ops {
			for _, errno := range e.Errnos {
				cases = append(cases, op+" "+errno)
			}
		}
	}
	p.names(m.Name+" error", cases...)
	p.check(m.WouldBlock != "", "%s: no error for what would block", m.Name)
}

func (p *problems) targets() {
	var systems, pairs []string
	for _, t := range Targets {
		systems = append(systems, t.GOOS)
		for _, port := range t.Ports {
			pairs = append(pairs, port.String())
		}
		for _, c := range t.Consts {
			p.known(t.Mechanism, c.Name)
			common, _ := t.Mechanism.Const(c.Name)
			p.check(c != common, "%s: %s is what it is everywhere", t.GOOS, c.Name)
			p.check(c.Field == common.Field, "%s: %s is not of the field", t.GOOS, c.Name)
		}
		for _, name := range t.Lacks {
			p.known(t.Mechanism, name)
		}
		waker := t.WakerOf()
		for _, name := range slices.Concat(waker.Arm, waker.Trigger) {
			_, ok := t.Const(name)
			p.check(ok, "%s: its waker needs %s", t.GOOS, name)
		}
		p.check(t.Watches(Readable) && t.Watches(Writable), "%s: can't watch for reading or writing", t.GOOS)
		p.check(len(t.Event.Fields) > 0, "%s: the kernel's struct is unknown", t.GOOS)
	}
	p.names("system", systems...)
	p.names("port", pairs...)
}

// isSet reports whether a field is a set of flags.
func isSet(f Field) bool { return f == Flags || f == Fflags }

// count counts what satisfies a condition.
func count[T any](list []T, is func(T) bool) int {
	n := 0
	for _, v := range list {
		if is(v) {
			n++
		}
	}
	return n
}
