package emit

import (
	"math/bits"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// vocabulary is package platform's types and their methods.
func vocabulary() ([]byte, error) {
	f := newFile("platform", "")
	interests(f)
	readyBits(f)
	modes(f)
	declare(f, "joinBits joins names, and the bits that have none.",
		jen.Func().Id("joinBits").Params(jen.Id("names").Index().String(), jen.Id("rest").Uint64()).String().Block(
			jen.If(jen.Id("rest").Op("!=").Lit(0)).Block(
				jen.Id("names").Op("=").Append(
					jen.Id("names"),
					jen.Lit("0x").Op("+").Qual("strconv", "FormatUint").Call(jen.Id("rest"), jen.Lit(16)),
				),
			),
			jen.If(jen.Len(jen.Id("names")).Op("==").Lit(0)).Block(jen.Return(jen.Lit("none"))),
			jen.Return(jen.Qual("strings", "Join").Call(jen.Id("names"), jen.Lit("|"))),
		))
	return render(f)
}

func interests(f *jen.File) {
	in := receiver("in", "Interest")
	declare(f, "An Interest is what to watch a handle for: a set of bits.", jen.Type().Id("Interest").Uint8())

	var consts, satisfied, texts []jen.Code
	var all []string
	for _, i := range spec.Interests {
		consts = append(consts, bit(i.Name, "Interest", uint(i.Bit), i.Doc)...)
		satisfied = append(satisfied, jen.If(anyOf("in", i.Name)).Block(
			jen.Id("r").Op("|=").Add(or(readyNames(i.Satisfied)...)),
		))
		texts = append(texts, appendText("in", i.Name, i.Text))
		all = append(all, i.Name)
	}
	declare(f, "The interests.", jen.Const().Defs(spaced(consts)...))
	declare(f, "AllInterests has every bit that an Interest may have.", jen.Const().Id("AllInterests").Op("=").Add(or(all...)))
	declare(f, "IsValid reports whether in asks for something, and for nothing unknown.",
		in.Clone().Id("IsValid").Params().Bool().Add(
			returns(jen.Id("in").Op("!=").Lit(0).Op("&&").Id("in").Op("&^").Id("AllInterests").Op("==").Lit(0)),
		))
	declare(f, "Ready returns the readiness that satisfies in: errors satisfy every interest.",
		in.Clone().Id("Ready").Params().Id("Ready").Block(
			join(
				[]jen.Code{jen.Var().Id("r").Id("Ready")},
				satisfied,
				[]jen.Code{jen.Return(jen.Id("r"))},
			)...,
		))
	declare(f, `String returns the names of the bits, as in "readable|writable".`,
		in.Clone().Id("String").Params().String().Block(joined("in", "AllInterests", texts)...))
}

func readyBits(f *jen.File) {
	r := receiver("r", "Ready")
	declare(f, "Ready is what holds for a handle: a set of bits.", jen.Type().Id("Ready").Uint16())

	var consts, sets, texts []jen.Code
	for _, b := range spec.Readiness {
		consts = append(consts, bit(b.Name, "Ready", uint(b.Bit), b.Doc)...)
		texts = append(texts, appendText("r", b.Name, b.Text))
	}
	for _, s := range spec.Sets {
		sets = append(sets, comment(1, s.Name+" has "+s.Doc), jen.Id(s.Name).Op("=").Add(or(readyNames(s.Bits)...)), jen.Line())
	}
	declare(f, "The readiness bits.", jen.Const().Defs(spaced(consts)...))
	declare(f, "Sets of readiness bits.", jen.Const().Defs(spaced(sets)...))
	for _, b := range spec.Readiness {
		declare(f, b.Predicate+" reports whether "+b.Reports,
			r.Clone().Id(b.Predicate).Params().Bool().Add(returns(anyOf("r", readyNames(b.Bit|b.Implied)...))))
	}
	declare(f, "IsEmpty reports whether nothing holds.",
		r.Clone().Id("IsEmpty").Params().Bool().Add(returns(jen.Id("r").Op("==").Lit(0))))
	declare(f, "Has reports whether every bit of bits is set.",
		r.Clone().Id("Has").Params(jen.Id("bits").Id("Ready")).Bool().Add(
			returns(jen.Id("r").Op("&").Id("bits").Op("==").Id("bits")),
		))
	declare(f, `String returns the names of the bits, as in "readable|read-closed".`,
		r.Clone().Id("String").Params().String().Block(joined("r", "AllReady", texts)...))
}

func modes(f *jen.File) {
	m := receiver("m", "Mode")
	declare(f, "A Mode says how often what holds is reported.", jen.Type().Id("Mode").Uint8())

	var consts, cases []jen.Code
	for _, mode := range spec.Modes {
		consts = append(consts,
			comment(1, mode.Name+" "+mode.Doc),
			jen.Id(mode.Name).Id("Mode").Op("=").Lit(int(mode.Mode)),
			jen.Line(),
		)
		cases = append(cases, jen.Case(jen.Id(mode.Name)).Block(jen.Return(jen.Lit(mode.Text))))
	}
	last := spec.Modes[len(spec.Modes)-1].Name
	declare(f, "The modes.", jen.Const().Defs(spaced(consts)...))
	declare(f, "IsValid reports whether m is one of the modes.",
		m.Clone().Id("IsValid").Params().Bool().Add(returns(jen.Id("m").Op("<=").Id(last))))
	declare(f, "String returns the mode's name.",
		m.Clone().Id("String").Params().String().Block(
			jen.Switch(jen.Id("m")).Block(cases...),
			jen.Return(jen.Lit("Mode(").Op("+").Qual("strconv", "Itoa").Call(jen.Int().Call(jen.Id("m"))).Op("+").Lit(")")),
		))
}

// reactorVocabulary is package reactor's names for package platform's.
func reactorVocabulary() ([]byte, error) {
	f := newFile("reactor", "")
	alias := func(name string) jen.Code { return jen.Id(name).Op("=").Add(platformID(name)) }

	var interests, ready []jen.Code
	for _, i := range spec.Interests {
		interests = append(interests, alias(i.Name))
	}
	for _, b := range spec.Readiness {
		ready = append(ready, alias(b.Name))
	}
	declare(f, "The vocabulary of package platform, so that most programs import one package.",
		jen.Type().Defs(alias("Interest"), alias("Ready"), alias("Handle")))
	declare(f, "The interests.", jen.Const().Defs(interests...))
	declare(f, "The readiness bits.", jen.Const().Defs(ready...))
	return render(f)
}

// bit is the definition of one bit, its comment before and a blank line after.
func bit(name, typ string, value uint, text string) []jen.Code {
	return []jen.Code{
		comment(1, name+": "+text),
		jen.Id(name).Id(typ).Op("=").Lit(1).Op("<<").Lit(bits.TrailingZeros(value)),
		jen.Line(),
	}
}

// appendText appends a bit's text to names, where the bit is set.
func appendText(set, name, text string) jen.Code {
	return jen.If(anyOf(set, name)).Block(
		jen.Id("names").Op("=").Append(jen.Id("names"), jen.Lit(text)),
	)
}

// joined is the body of a set's String method.
func joined(set, all string, texts []jen.Code) []jen.Code {
	return join(
		[]jen.Code{jen.Id("names").Op(":=").Make(jen.Index().String(), jen.Lit(0), jen.Lit(len(texts)))},
		texts,
		[]jen.Code{jen.Return(jen.Id("joinBits").Call(jen.Id("names"), jen.Uint64().Call(jen.Id(set).Op("&^").Id(all))))},
	)
}
