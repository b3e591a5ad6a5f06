package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// afdWaitable knows the types of object that are watched by waiting for them.
func afdWaitable(f *jen.File, t *spec.Target) {
	var types, lasting []string
	for _, w := range t.Mechanism.Waitables {
		types = append(types, w.Type)
		if w.Uses == "" {
			lasting = append(lasting, w.Type)
		}
	}
	declare(f, "isWaitable reports whether an object can be watched by waiting for it. Of the others that threads wait for, a mutex "+
		"would get a thread as its owner.",
		jen.Func().Id("isWaitable").Params(jen.Id("kind").String()).Bool().Block(
			jen.Switch(jen.Id("kind")).Block(jen.Case(texts(types)...).Block(jen.Return(jen.True()))),
			jen.Return(jen.False()),
		))
	declare(f, "isLasting reports whether a wait for such an object consumes nothing, so that it can be looked at.",
		jen.Func().Id("isLasting").Params(jen.Id("kind").String()).Bool().Block(
			jen.Return(operands("||", lasting, func(typ string) *jen.Statement { return jen.Id("kind").Op("==").Lit(typ) })),
		))
}
