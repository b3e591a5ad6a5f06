package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// kqueueErrors are what the kernel's refusals and a closed Poller say.
func kqueueErrors(f *jen.File) {
	predicate := func(name, text string, rule spec.ErrorRule) {
		declare(f, name+" "+text+" "+rule.Why,
			jen.Func().Id(name).Params(jen.Err().Error()).Bool().Block(jen.Return(isAny(rule.Errnos))))
	}
	var cases []jen.Code
	for _, ops := range alike("add", "probe", "modify", "delete") {
		var body []jen.Code
		for _, rule := range spec.Kqueue.Errors {
			if !slices.Contains(rule.Ops, ops[0]) {
				continue
			}
			condition := isAny(rule.Errnos)
			if rule.Kind == spec.NotFound {
				condition = jen.Id("isGone").Call(jen.Err())
			} else {
				body = append(body, comment(2, rule.Why))
			}
			body = append(body, jen.If(condition).Block(jen.Id("e").Dot("Kind").Op("=").Add(platformID(string(rule.Kind)))))
		}
		cases = append(cases, jen.Case(texts(ops)...).Block(body...))
	}
	for _, rule := range spec.Kqueue.Errors {
		switch {
		case rule.Kind == spec.NotFound:
			predicate("isGone", "says of a handle's filters that the handle was closed.", rule)
		case slices.Contains(rule.Ops, "remove"):
			predicate("isMissing", "says of a filter that it was not there.", rule)
		case slices.Contains(rule.Ops, "pipe"):
			predicate("isWithoutPeer", "says of a pipe's writing end that nobody reads.", rule)
		}
	}
	refusals(f, "kernel", cases)
}

// alike puts operations together that the same rules hold for.
func alike(ops ...string) [][]string {
	differ := func(a, b string) bool {
		return slices.ContainsFunc(spec.Kqueue.Errors, func(rule spec.ErrorRule) bool {
			return slices.Contains(rule.Ops, a) != slices.Contains(rule.Ops, b)
		})
	}
	var groups [][]string
	for _, op := range ops {
		i := slices.IndexFunc(groups, func(group []string) bool { return !differ(group[0], op) })
		if i < 0 {
			groups = append(groups, []string{op})
			continue
		}
		groups[i] = append(groups[i], op)
	}
	return groups
}

// isAny is whether err is one of some errors. It is no switch, as some systems
// have two names for one number.
func isAny(errnos []string) *jen.Statement {
	return operands("||", errnos, func(name string) *jen.Statement {
		return jen.Err().Op("==").Add(unixID(name))
	})
}
