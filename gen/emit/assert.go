package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// assertConsts compares the spec's constants with those of x/sys.
func assertConsts(f *jen.File, t *spec.Target) {
	var body []jen.Code
	for _, c := range t.Mechanism.Consts {
		if c, ok := t.Const(c.Name); ok && !c.Own {
			body = append(body, zero(systemID(t, c.Name).Op("-").Op(literal(c))))
		}
	}
	declare(f, "The numbers that the rules were written for. This doesn't compile where x/sys has others.", assertion(body...))
}

// assertion is a function that is there to be compiled.
func assertion(body ...jen.Code) *jen.Statement {
	return jen.Func().Id("_").Params().Block(join(
		[]jen.Code{jen.Var().Id("x").Index(jen.Lit(1)).Struct()},
		body,
	)...)
}

// zero is a line of an assertion: an index that can only be 0.
func zero(difference jen.Code) jen.Code {
	return jen.Id("_").Op("=").Id("x").Index(difference)
}

// literal is a constant's value. A status is written as what it is known by,
// which has no sign.
func literal(c spec.Const) string {
	if c.Field == spec.Status {
		return fmt.Sprintf("%#x", uint32(c.Value))
	}
	return fmt.Sprintf("%#x", c.Value)
}
