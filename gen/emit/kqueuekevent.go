package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// kqueueKevent is the kernel's struct, with the fields of one variant.
func kqueueKevent(f *jen.File, t *spec.Target, fields []spec.StructField) {
	declare(f, "A kevent is "+t.Event.Name+" of x/sys, but for the type of udata: an integer there may not be in a pointer's place.",
		jen.Type().Id("kevent").Struct(structFields(fields)...))

	var set, get []jen.Code
	theirs := unixID(t.Event.Name)
	asserts := []jen.Code{
		jen.Var().Id("ours").Id("kevent"),
		jen.Var().Id("theirs").Add(theirs),
		zero(sizeof("ours").Op("-").Add(sizeof("theirs"))),
	}
	for _, x := range fields {
		if x.Name == "_" {
			continue
		}
		asserts = append(asserts, zero(offsetof("ours", x.Name).Op("-").Add(offsetof("theirs", x.Name))))
		wide, ok := keventFields[x.Name]
		if !ok {
			continue
		}
		set = append(set, jen.Id("k").Dot(x.Name).Op("=").Add(converted(x.Type, wide, jen.Id("c").Dot(x.Name))))
		get = append(get, field(x.Name, converted(wide, x.Type, jen.Id("k").Dot(x.Name))))
	}
	declare(f, "The two are laid out alike, so that x/sys can be handed the one for the other. This doesn't compile where they are not.",
		assertion(asserts...))
	declare(f, "set makes a change.",
		receiver("k", "*kevent").Id("set").Params(jen.Id("c").Op("*").Add(kqueueID("Kevent"))).Block(set...))
	declare(f, "get returns an event.",
		receiver("k", "*kevent").Id("get").Params().Add(kqueueID("Kevent")).Block(
			jen.Return(kqueueID("Kevent").Values(get...)),
		))
	declare(f, "native is a list for x/sys. The memory has no pointers in it, and is not to be given any.",
		jen.Func().Id("native").Params(jen.Id("list").Index().Id("kevent")).Index().Add(theirs).Block(
			jen.Return(jen.Qual("unsafe", "Slice").Call(
				jen.Parens(jen.Op("*").Add(theirs)).Call(
					jen.Qual("unsafe", "Pointer").Call(jen.Qual("unsafe", "SliceData").Call(jen.Id("list"))),
				),
				jen.Len(jen.Id("list")),
			)),
		))
}

// keventFields are the fields of kqueue.Kevent.
var keventFields = map[string]string{
	"Ident": "uintptr", "Filter": "int32", "Flags": "uint32", "Fflags": "uint32", "Data": "int64", "Udata": "uint32",
}

// converted is a value as another type has it.
func converted(to, from string, value *jen.Statement) *jen.Statement {
	if to == from {
		return value
	}
	return jen.Id(to).Call(value)
}

func sizeof(name string) *jen.Statement { return jen.Qual("unsafe", "Sizeof").Call(jen.Id(name)) }

func offsetof(name, field string) *jen.Statement {
	return jen.Qual("unsafe", "Offsetof").Call(jen.Id(name).Dot(field))
}

// systemDoc is the comment of a system's package.
func systemDoc(t *spec.Target) string {
	text := "Package " + t.GOOS + " is the adapter for " + t.Title + ": package platform's contract, by kqueue(2). " +
		"Package platform/internal/kqueue has all but the system calls."
	for _, note := range t.Notes {
		text += "\n\n" + note
	}
	lines := []string{}
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		lines = append(lines, "// "+strings.Join(wrap(paragraph, width-len("// ")), "\n// "))
	}
	return strings.Join(lines, "\n//\n")
}
