package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// afdInfo is the struct that AFD reads and fills, with the fields of one
// variant.
func afdInfo(f *jen.File, t *spec.Target, fields []spec.StructField) {
	declare(f, "pollInfo is "+t.Event.Name+" for one handle.", jen.Type().Id("pollInfo").Struct(structFields(fields)...))
	declare(f, "pollInfoSize is its size in C, in bytes.", jen.Const().Id("pollInfoSize").Op("=").Lit(t.Event.Size))
	declare(f, "The kernel writes that much. This doesn't compile where the struct has another size.", assertion(
		zero(jen.Qual("unsafe", "Sizeof").Call(jen.Id("pollInfo").Values()).Op("-").Id("pollInfoSize")),
	))
}
