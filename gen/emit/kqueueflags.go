package emit

import (
	"fmt"
	"math/bits"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// kqueueFlags are the numbers that all systems have in common, and the type of
// those that they have not.
func kqueueFlags(f *jen.File) {
	m := spec.Kqueue
	declare(f, "Batch is how many events one system call can bring.", jen.Const().Id("Batch").Op("=").Lit(m.Batch))

	var common, fields []jen.Code
	for _, c := range m.Consts {
		if isDialectal(c) {
			fields = append(fields, jen.Id(ownName(c.Name)).Add(kqueueType(c)))
			continue
		}
		common = append(common, jen.Id(ownName(c.Name)).Uint32().Op("=").Op(fmt.Sprintf("%#x", c.Value)))
	}
	declare(f, "The numbers that all systems have.", jen.Const().Defs(common...))
	fields = append(
		fields,
		jen.Id("interests").Add(platformID("Interest")).Comment("that the system can watch for"),
		jen.Id("lastSignal").Int().Comment("the highest number of a signal"),
		jen.Id("pipe").Bool().Comment("there is no evfiltUser, and a pipe in its place"),
	)
	declare(f, "A Dialect has what differs between the systems. A number is 0 where there is no such thing.",
		jen.Type().Id("Dialect").Struct(fields...))

	var cases []jen.Code
	for _, mode := range m.Modes {
		if len(mode.Flags) > 0 {
			cases = append(cases, jen.Case(platformID(spec.Modes[mode.Mode].Name)).Block(
				comment(2, mode.Why),
				jen.Return(or(ownNames(mode.Flags)...)),
			))
		}
	}
	declare(f, "modeFlags returns the flags of a filter that is added in a mode.",
		jen.Func().Id("modeFlags").Params(modeParam).Uint32().Block(
			jen.Switch(jen.Id("m")).Block(cases...),
			jen.Return(jen.Lit(0)),
		))
	kqueueArm(f, m)
}

// kqueueArm is how interests become filters, and filters interests.
func kqueueArm(f *jen.File, m *spec.Mechanism) {
	var arms, interests []jen.Code
	for _, i := range spec.Interests {
		a, ok := m.Arm(i.Bit)
		if !ok {
			continue
		}
		fflags := jen.Lit(0)
		if len(a.Fflags) > 0 {
			fflags = operands("|", a.Fflags, dialectal)
		}
		arms = append(arms, jen.Case(platformID(i.Name)).Block(jen.Return(dialectal(a.Filter), fflags)))
		interests = append(interests, jen.Case(dialectal(a.Filter)).Block(jen.Return(platformID(i.Name))))
	}
	declare(f, "arm returns the filter for one interest, and its fflags.",
		dialectMethod("arm").Params(interestParam).Params(jen.Id("filter").Int32(), jen.Id("fflags").Uint32()).Block(
			jen.Switch(jen.Id("in")).Block(arms...),
			jen.Return(jen.Lit(0), jen.Lit(0)),
		))
	declare(f, "interest returns the one that a filter is for.",
		dialectMethod("interest").Params(jen.Id("filter").Int32()).Add(platformID("Interest")).Block(
			jen.Switch(jen.Id("filter")).Block(interests...),
			jen.Return(jen.Lit(0)),
		))
}

// kqueueDialect is the dialect of one system.
func kqueueDialect(f *jen.File, t *spec.Target) {
	var values []jen.Code
	for _, c := range spec.Kqueue.Consts {
		if !isDialectal(c) {
			continue
		}
		if c, ok := t.Const(c.Name); ok {
			values = append(values, field(ownName(c.Name), jen.Op(literal(c))))
		}
	}
	var interests []string
	for _, i := range spec.Interests {
		if t.Watches(i.Bit) {
			interests = append(interests, i.Name)
		}
	}
	values = append(values, field("interests", platformIDs(interests...)), field(t.Signals.Const, jen.Lit(t.Signals.Value)))
	if t.Waker != nil {
		values = append(values, field("pipe", jen.True()))
	}
	declare(f, dialectName(t)+" is the dialect of "+t.Title+".",
		jen.Var().Id(dialectName(t)).Op("=").Id("Dialect").Custom(
			jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, values...,
		))
}

// isDialectal reports whether a constant is not the same on all systems, or is
// asked for where some have it not.
func isDialectal(c spec.Const) bool {
	for _, t := range kqueueTargets() {
		other, ok := t.Const(c.Name)
		if ok && other.Value != c.Value {
			return true
		}
	}
	return false
}

// kqueueType is the type of a constant.
func kqueueType(c spec.Const) *jen.Statement {
	if c.Field == spec.Filter {
		return jen.Int32()
	}
	return jen.Uint32()
}

// dialectMethod begins a method of Dialect.
func dialectMethod(name string) *jen.Statement {
	return jen.Func().Params(jen.Id("d").Op("*").Id("Dialect")).Id(name)
}

// dialectal is a constant that may differ.
func dialectal(name string) *jen.Statement {
	if c, ok := spec.Kqueue.Const(name); ok && isDialectal(c) {
		return jen.Id("d").Dot(ownName(name))
	}
	return jen.Id(ownName(name))
}

// kqueueDecode is what an event means.
func kqueueDecode(f *jen.File) {
	body := []jen.Code{jen.Var().Id("r").Add(platformID("Ready"))}
	for _, rule := range spec.Kqueue.Rules {
		if rule.Why != "" {
			body = append(body, comment(1, rule.Why))
		}
		body = append(body, jen.If(kqueueConditions(rule.When)).Block(
			jen.Id("r").Op("|=").Add(platformIDs(readyNames(rule.Ready)...)),
		))
	}
	body = append(body, jen.Return(jen.Id("r")))
	declare(f, "decode returns what an event means that is about the interests for which its filter was added. "+
		"Ends says that an end of the handle is for good.",
		dialectMethod("decode").
			Params(jen.Id("about").Add(platformID("Interest")), jen.Id("ev").Op("*").Id("Kevent"), jen.Id("ends").Bool()).
			Add(platformID("Ready")).Block(body...))
}

// kqueueConditions is looks at the variables about, ev and ends, joined by &&.
func kqueueConditions(conds []spec.Condition) *jen.Statement {
	s := jen.Null()
	for i, c := range conds {
		if i > 0 {
			s = s.Op("&&")
		}
		switch c.Field {
		case spec.Ends:
			s = s.Id("ends")
			continue
		case spec.Filter:
			s = s.Id("about").Op("&").Add(platformID(interestOf(c.Const)))
		case spec.Data:
			s = s.Id("ev").Dot("Data")
		case spec.Fflags:
			s = s.Id("ev").Dot("Fflags")
		default:
			s = s.Id("ev").Dot("Flags")
		}
		if c.Op == spec.Has {
			s = s.Op("&").Add(dialectal(c.Const))
		}
		s = s.Op("!=").Lit(0)
	}
	return s
}

// interestOf is the name of the interest that a filter is for.
func interestOf(filter string) string {
	for _, a := range spec.Kqueue.Arms {
		if a.Filter == filter {
			return spec.Interests[bits.TrailingZeros8(uint8(a.Interest))].Name
		}
	}
	return ""
}
