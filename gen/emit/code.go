package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// platformID is a name of package platform.
func platformID(name string) *jen.Statement { return jen.Qual(platformPath, name) }

// unixID is a name of package unix.
func unixID(name string) *jen.Statement { return jen.Qual(unixPath, name) }

// windowsID is a name of x/sys's package windows.
func windowsID(name string) *jen.Statement { return jen.Qual(windowsPath, name) }

// systemID is a name of the x/sys package that a target's constants are in.
func systemID(t *spec.Target, name string) *jen.Statement {
	if t.GOOS == "windows" {
		return windowsID(name)
	}
	return unixID(name)
}

// platformIDs and unixIDs are names joined by |.
func platformIDs(names ...string) *jen.Statement { return operands("|", names, platformID) }
func unixIDs(names ...string) *jen.Statement     { return operands("|", names, unixID) }

// or is names of this package joined by |.
func or(names ...string) *jen.Statement { return operands("|", names, jen.Id) }

// operands joins names by an operator.
func operands(op string, names []string, id func(string) *jen.Statement) *jen.Statement {
	s := jen.Null()
	for i, name := range names {
		if i > 0 {
			s = s.Op(op)
		}
		s = s.Add(id(name))
	}
	return s
}

// anyOf is whether a set has any of the named bits.
func anyOf(set string, names ...string) *jen.Statement {
	mask := or(names...)
	if len(names) > 1 {
		mask = jen.Parens(mask)
	}
	return jen.Id(set).Op("&").Add(mask).Op("!=").Lit(0)
}

// receiver begins a method.
func receiver(name, typ string) *jen.Statement {
	return jen.Func().Params(jen.Id(name).Id(typ))
}

// returns is a body on one line, which returns the values.
func returns(values ...jen.Code) jen.Code {
	return jen.Op("{").Return(values...).Op("}")
}

// readyNames are the constants of the bits of a set.
func readyNames(set spec.ReadySet) []string {
	var names []string
	for _, b := range spec.Readiness {
		if set&b.Bit != 0 {
			names = append(names, b.Name)
		}
	}
	return names
}

// join is one list of all.
func join(lists ...[]jen.Code) []jen.Code { return slices.Concat(lists...) }

// spaced is a list without the blank line at its end.
func spaced(list []jen.Code) []jen.Code { return list[:len(list)-1] }

// handleParam is the parameter h.
func handleParam() jen.Code { return jen.Id("h").Add(platformID("Handle")) }

// noHandle is the handle of an error that is about none.
func noHandle() jen.Code { return platformID("NoHandle") }

// failure is a *platform.Error; kind and err may be nil.
func failure(op, h, kind, err jen.Code) *jen.Statement {
	fields := []jen.Code{field("Op", op), field("Handle", h)}
	if kind != nil {
		fields = append(fields, field("Kind", kind))
	}
	if err != nil {
		fields = append(fields, field("Err", err))
	}
	return jen.Op("&").Add(platformID("Error")).Values(fields...)
}

// field is a field of a composite literal on one line.
func field(name string, value jen.Code) jen.Code { return jen.Id(name).Op(":").Add(value) }

// syscallError is the error of a system call.
func syscallError(call string, err jen.Code) jen.Code {
	return jen.Qual("os", "NewSyscallError").Call(jen.Lit(call), err)
}

// ifErr is a body for when err is not nil.
func ifErr(body ...jen.Code) *jen.Statement {
	return jen.If(jen.Err().Op("!=").Nil()).Block(body...)
}

// lines are arguments, each on a line of its own.
func lines(args ...jen.Code) jen.Code {
	return jen.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, args...)
}
