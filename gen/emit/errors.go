package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// errors are what the system's refusals and a closed Poller say.
func (poller) errors(f *jen.File, t *spec.Target) {
	var ops [][]string
	for _, rule := range t.Mechanism.Errors {
		if !slices.ContainsFunc(ops, func(known []string) bool { return slices.Equal(known, rule.Ops) }) {
			ops = append(ops, rule.Ops)
		}
	}
	var cases []jen.Code
	for _, op := range ops {
		var errnos []jen.Code
		for _, rule := range t.Mechanism.Errors {
			if slices.Equal(rule.Ops, op) {
				errnos = append(errnos, errnoCase(rule))
			}
		}
		cases = append(cases, jen.Case(texts(op)...).Block(jen.Switch(jen.Err()).Block(errnos...)))
	}
	refusals(f, "kernel", cases)
}

// refusals are the errors of a call that who has refused, by the operation, and
// of a closed Poller.
func refusals(f *jen.File, who string, cases []jen.Code) {
	declare(f, "failed is the error of a call that the "+who+" refused.",
		jen.Func().Id("failed").Params(jen.Id("op").String(), handleParam(), jen.Id("call").String(), jen.Err().Error()).Error().Block(
			jen.Id("e").Op(":=").Add(failure(
				jen.Id("op"), jen.Id("h"), nil,
				jen.Qual("os", "NewSyscallError").Call(jen.Id("call"), jen.Err()),
			)),
			jen.Switch(jen.Id("op")).Block(cases...),
			jen.Return(jen.Id("e")),
		))
	declare(f, "closed is the error of every method after Close.",
		jen.Func().Id("closed").Params(jen.Id("op").String(), handleParam()).Error().Block(
			jen.Return(failure(jen.Id("op"), jen.Id("h"), platformID("ErrClosed"), nil)),
		))
}

// errnoCase is one rule as a case of a switch on the error.
func errnoCase(rule spec.ErrorRule) jen.Code {
	var errnos, body []jen.Code
	for _, errno := range rule.Errnos {
		errnos = append(errnos, unixID(errno))
	}
	if rule.Why != "" {
		body = append(body, comment(3, rule.Why))
	}
	body = append(body, jen.Id("e").Dot("Kind").Op("=").Add(platformID(string(rule.Kind))))
	return jen.Case(errnos...).Block(body...)
}

// texts are string literals.
func texts(list []string) []jen.Code {
	var literals []jen.Code
	for _, s := range list {
		literals = append(literals, jen.Lit(s))
	}
	return literals
}
