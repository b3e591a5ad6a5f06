package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// epollEvent is how a token goes into the kernel and comes back.
func epollEvent(f *jen.File, t *spec.Target) {
	low, high := t.Event.Fields[0].Name, t.Event.Fields[1].Name
	event := unixID(t.Event.Name)
	half := func(bits jen.Code) jen.Code { return jen.Int32().Call(jen.Uint32().Call(bits)) }
	whole := func(name string) *jen.Statement {
		return platformID("Token").Call(jen.Uint32().Call(jen.Id("ev").Dot(name)))
	}

	declare(f, "event makes what the kernel stores for a handle. The 64 bits of data that it hands back are the token; "+
		"x/sys calls the two halves "+low+" and "+high+".",
		jen.Func().Id("event").Params(jen.Id("mask").Uint32(), tokenParam).Add(event).Block(
			jen.Return(event.Clone().Values(
				field("Events", jen.Id("mask")),
				field(low, half(jen.Id("t"))),
				field(high, half(jen.Id("t").Op(">>").Lit(32))),
			)),
		))
	declare(f, "token reads the token back.",
		jen.Func().Id("token").Params(jen.Id("ev").Op("*").Add(event)).Add(platformID("Token")).Block(
			jen.Return(whole(low).Op("|").Add(whole(high)).Op("<<").Lit(32)),
		))

	ev := func(name string) *jen.Statement { return jen.Id("ev").Dot(name) }
	offset := func(name string) *jen.Statement { return jen.Qual("unsafe", "Offsetof").Call(ev(name)) }
	declare(f, "The halves are 8 bytes together at the end of the struct, as the kernel's data is. "+
		"This doesn't compile where they are not.",
		assertion(
			jen.Var().Id("ev").Add(event),
			zero(offset(high).Op("-").Add(offset(low)).Op("-").Lit(4)),
			zero(jen.Qual("unsafe", "Sizeof").Call(jen.Id("ev")).Op("-").Add(offset(low)).Op("-").Lit(8)),
		))
}
