package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// epollFlags is what epoll is asked, and what its answers mean.
func epollFlags(f *jen.File, t *spec.Target) {
	m := t.Mechanism
	body := []jen.Code{jen.Var().Id("mask").Uint32()}
	for _, i := range spec.Interests {
		if arm, ok := m.Arm(i.Bit); ok {
			body = append(body, jen.If(jen.Id("in").Op("&").Add(platformID(i.Name)).Op("!=").Lit(0)).Block(
				jen.Id("mask").Op("|=").Add(unixIDs(arm.Flags...)),
			))
		}
	}
	var cases []jen.Code
	for _, mode := range m.Modes {
		if len(mode.Flags) > 0 {
			cases = append(cases, jen.Case(platformID(spec.Modes[mode.Mode].Name)).Block(
				jen.Id("mask").Op("|=").Add(unixIDs(mode.Flags...)),
			))
		}
	}
	body = append(body, jen.Switch(jen.Id("m")).Block(cases...), jen.Return(jen.Id("mask")))
	declare(f, "arm returns what epoll is asked for an interest. "+strings.Join(m.Unasked, " and ")+" come unasked.",
		jen.Func().Id("arm").Params(interestParam, modeParam).Uint32().Block(body...))

	body = []jen.Code{jen.Var().Id("r").Add(platformID("Ready"))}
	for _, rule := range m.Rules {
		if rule.Why != "" {
			body = append(body, comment(1, rule.Why))
		}
		body = append(body, jen.If(conditions(rule.When)).Block(
			jen.Id("r").Op("|=").Add(platformIDs(readyNames(rule.Ready)...)),
		))
	}
	body = append(body, jen.Return(jen.Id("r")))
	declare(f, "decode returns what epoll's flags mean. Pipe says that the handle is an anonymous pipe.",
		jen.Func().Id("decode").Params(jen.Id("flags").Uint32(), jen.Id("pipe").Bool()).Add(platformID("Ready")).Block(body...))

	assertConsts(f, t)
}

// conditions is looks at the variables flags and pipe, joined by &&.
func conditions(conds []spec.Condition) *jen.Statement {
	s := jen.Null()
	for i, c := range conds {
		if i > 0 {
			s = s.Op("&&")
		}
		if c.Field == spec.Pipe {
			s = s.Id("pipe")
			continue
		}
		op := "!="
		if c.Op == spec.Lacks {
			op = "=="
		}
		s = s.Id("flags").Op("&").Add(unixID(c.Const)).Op(op).Lit(0)
	}
	return s
}
