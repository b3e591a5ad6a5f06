package emit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// ownName is what a constant that x/sys lacks is called: AFD_POLL_SEND is
// afdPollSend.
func ownName(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i, w := range words[1:] {
		words[i+1] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, "")
}

// ownNames are those of many.
func ownNames(names []string) []string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = ownName(name)
	}
	return list
}

// afdMask is what AFD is asked, and what its answers mean.
func afdMask(f *jen.File, t *spec.Target) {
	afdConsts(f, t.Mechanism)
	afdStates(f, t.Mechanism)
	afdArm(f, t.Mechanism)
	afdAfter(f, t.Mechanism)
	afdDecode(f, t.Mechanism)
	assertConsts(f, t)
}

func afdConsts(f *jen.File, m *spec.Mechanism) {
	var flags, codes []jen.Code
	for _, c := range m.Consts {
		if !c.Own {
			continue
		}
		def := jen.Id(ownName(c.Name)).Op("=").Op(fmt.Sprintf("%#x", c.Value))
		if c.Field == spec.NoField {
			codes = append(codes, def)
		} else if !slices.ContainsFunc(m.Never, func(n spec.Never) bool { return n.Const == c.Name }) {
			flags = append(flags, def)
		}
	}
	text := "The events of AFD."
	for _, n := range m.Never {
		text += " " + n.Const + " must not be asked for. " + n.Why
	}
	declare(f, text, jen.Const().Defs(flags...))
	declare(f, "The requests to AFD and to Winsock, an option of a socket, how a wait is registered, and what objects and files are asked.", jen.Const().Defs(codes...))
	for _, l := range m.Limits {
		declare(f, l.Const+" is how many "+l.Name+" there are at most. "+l.Why, jen.Const().Id(l.Const).Op("=").Lit(l.Value))
	}
}

func afdStates(f *jen.File, m *spec.Mechanism) {
	var defs []jen.Code
	for i, s := range m.States {
		def := jen.Id(strings.ToLower(s.Name))
		if i == 0 {
			def = def.Id("state").Op("=").Iota()
		}
		defs = append(defs, def.Comment(s.Doc))
	}
	declare(f, "A state is what the kernel has of an entry.", jen.Type().Id("state").Uint8())
	declare(f, "The states of an entry.", jen.Const().Defs(defs...))
}

func afdArm(f *jen.File, m *spec.Mechanism) {
	always := ownNames(slices.Concat(m.Always, m.Last))
	body := []jen.Code{jen.Id("mask").Op(":=").Uint32().Call(or(always...))}
	for _, i := range spec.Interests {
		if a, ok := m.Arm(i.Bit); ok {
			body = append(body, jen.If(jen.Id("in").Op("&").Add(platformID(i.Name)).Op("!=").Lit(0)).Block(
				jen.Id("mask").Op("|=").Add(or(ownNames(a.Flags)...)),
			))
		}
	}
	body = append(body, jen.Return(jen.Id("mask")))
	declare(f, "arm returns what AFD is asked for an interest.", jen.Func().Id("arm").Params(interestParam).Uint32().Block(body...))
}

func afdAfter(f *jen.File, m *spec.Mechanism) {
	var cases []jen.Code
	for _, mode := range m.Modes {
		var left jen.Code
		switch mode.After {
		case spec.DropBits:
			left = jen.Id("want").Op("&^").Id("events")
		case spec.AskNone:
			left = or(ownNames(m.Last)...)
		default:
			continue
		}
		var body []jen.Code
		if mode.Why != "" {
			body = append(body, comment(2, mode.Why))
		}
		cases = append(cases, jen.Case(platformID(spec.Modes[mode.Mode].Name)).Block(append(body, jen.Return(left))...))
	}
	declare(f, "after returns what is still wanted after events were reported.",
		jen.Func().Id("after").Params(modeParam, jen.List(jen.Id("want"), jen.Id("events")).Uint32()).Uint32().Block(
			jen.Switch(jen.Id("m")).Block(cases...),
			jen.Return(jen.Id("want")),
		))
}

// afdOutcomes are what becomes of a packet, in the order of spec.Outcome.
var afdOutcomes = []struct{ name, doc string }{
	{"reported", "what is ready is reported, if anything is"},
	{"ignored", "it is no event of the handle's"},
	{"dropped", "the handle is gone, and so is its entry"},
}

func afdDecode(f *jen.File, m *spec.Mechanism) {
	var defs []jen.Code
	for i, o := range afdOutcomes {
		def := jen.Id(o.name)
		if i == 0 {
			def = def.Id("outcome").Op("=").Iota()
		}
		defs = append(defs, def.Comment(o.doc))
	}
	declare(f, "An outcome is what becomes of a packet.", jen.Type().Id("outcome").Uint8())
	declare(f, "The outcomes.", jen.Const().Defs(defs...))

	body := []jen.Code{jen.Var().Id("r").Add(platformID("Ready"))}
	for _, rule := range m.Rules {
		if rule.Why != "" {
			body = append(body, comment(1, rule.Why))
		}
		then := jen.Id("r").Op("|=").Add(platformIDs(readyNames(rule.Ready)...))
		if rule.Outcome != spec.Report {
			then = jen.Return(jen.Lit(0), jen.Id(afdOutcomes[rule.Outcome].name))
		}
		body = append(body, jen.If(afdConditions(rule.When)).Block(then))
	}
	body = append(body, jen.Return(jen.Id("r"), jen.Id(afdOutcomes[spec.Report].name)))
	declare(f, "decode returns what the answer to a poll means. Stream says that the handle is no datagram socket.",
		jen.Func().Id("decode").
			Params(jen.Id("status").Add(windowsID("NTStatus")), jen.Id("events").Uint32(), jen.Id("stream").Bool()).
			Params(platformID("Ready"), jen.Id("outcome")).Block(body...))
}

// afdConditions is looks at the variables status, events and stream, joined by
// &&.
func afdConditions(conds []spec.Condition) *jen.Statement {
	s := jen.Null()
	for i, c := range conds {
		if i > 0 {
			s = s.Op("&&")
		}
		switch {
		case c.Field == spec.Stream:
			s = s.Id("stream")
		case c.Op == spec.Is:
			s = s.Id("status").Op("==").Add(windowsID(c.Const))
		case c.Op == spec.Negative:
			s = s.Int32().Call(jen.Id("status")).Op("<").Lit(0)
		default:
			s = s.Id("events").Op("&").Id(ownName(c.Const)).Op("!=").Lit(0)
		}
	}
	return s
}
