package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// afdErrors are what the system's refusals and a closed Poller say.
func afdErrors(f *jen.File, t *spec.Target) {
	var cases []jen.Code
	for _, rule := range t.Mechanism.Errors {
		var ids []jen.Code
		for _, name := range rule.Errnos {
			ids = append(ids, windowsID(name))
		}
		switch {
		case slices.Contains(rule.Ops, "submit"):
			declare(f, "isGone says of a request that was not made that the handle is gone. "+rule.Why,
				jen.Func().Id("isGone").Params(jen.Id("status").Add(windowsID("NTStatus"))).Bool().Block(
					jen.Return(operands("||", rule.Errnos, func(name string) *jen.Statement {
						return jen.Id("status").Op("==").Add(windowsID(name))
					})),
				))
		case slices.Contains(rule.Ops, "retry"):
			declare(f, "isScarce says of a call that it may succeed later. "+rule.Why,
				jen.Func().Id("isScarce").Params(jen.Err().Error()).Bool().Block(
					jen.Switch(jen.Err()).Block(jen.Case(ids...).Block(jen.Return(jen.True()))),
					jen.Return(jen.False()),
				))
		case rule.Kind != spec.Ignored:
			cases = append(cases, jen.Case(texts(rule.Ops)...).Block(
				comment(2, rule.Why),
				jen.Switch(jen.Err()).Block(jen.Case(ids...).Block(
					jen.Id("e").Dot("Kind").Op("=").Add(platformID(string(rule.Kind))),
				)),
			))
		}
	}
	refusals(f, "system", cases)
}
