package emit

import (
	"path"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// native is package native on one system.
func native(t *spec.Target) ([]byte, error) {
	f := newFile("platform/native", t.GOOS)
	name := path.Base(t.Package)
	adapter := func(id string) *jen.Statement { return jen.Qual(path.Join(Module, t.Package), id) }
	f.ImportName(path.Join(Module, t.Package), name)

	declare(f, "Poller is the adapter for "+t.Mechanism.Name+".", jen.Type().Id("Poller").Op("=").Add(adapter("Poller")))
	declare(f, "WouldBlock is what this system says when an operation would block.",
		jen.Const().Id("WouldBlock").Op("=").Add(systemID(t, t.Mechanism.WouldBlock)))
	declare(f, "Open makes a Poller.",
		jen.Func().Id("Open").Params().Params(jen.Op("*").Id("Poller"), jen.Error()).Add(returns(adapter("Open").Call())))
	for _, op := range transfers {
		call := adapter(op.name).Call(jen.Id("h"), jen.Id("p"))
		declare(f, op.doc+" a non-blocking handle; see "+name+"."+op.name+".", transfer(op.name, "p").Add(returns(call)))
	}
	declare(f, "OpenProcess returns a handle that is readable once p has ended, for CloseHandle; see "+name+".OpenProcess.",
		openProcess("p").Add(returns(adapter("OpenProcess").Call(jen.Id("p")))))
	declare(f, "OpenSignals returns a handle that is readable while a signal of a set waits to be read, by ReadSignal, for CloseHandle; see "+
		name+".OpenSignals.",
		openSignals("sigs").Add(returns(adapter("OpenSignals").Call(jen.Id("sigs").Op("...")))))
	declare(f, "ReadSignal takes the next signal from a handle of OpenSignals; see "+name+".ReadSignal.",
		readSignal().Add(returns(adapter("ReadSignal").Call(jen.Id("h")))))
	declare(f, "Probe returns what holds of in for h, without a Poller and without waiting; see "+name+".Probe.",
		probe("in").Add(returns(adapter("Probe").Call(jen.Id("h"), jen.Id("in")))))
	declare(f, "CloseHandle closes a handle of OpenProcess or OpenSignals.",
		closeHandle().Add(returns(adapter("CloseHandle").Call(jen.Id("h")))))
	return render(f)
}

// nativeUnsupported is package native where there is no adapter.
func nativeUnsupported() ([]byte, error) {
	var tags []string
	for _, t := range spec.Targets {
		if t.Adapter {
			tags = append(tags, "!"+t.GOOS)
		}
	}
	f := newFile("platform/native", strings.Join(tags, " && "))
	const promise = " returns an error that is errors.ErrUnsupported."

	declare(f, "Poller is the poller of a system that has none: there is no value of it.",
		jen.Type().Id("Poller").Struct(platformID("Poller")))
	declare(f, "WouldBlock is no system's error.",
		jen.Var().Id("WouldBlock").Op("=").Qual("errors", "New").Call(jen.Lit("operation would block")))
	declare(f, "Open"+promise,
		jen.Func().Id("Open").Params().Params(jen.Op("*").Id("Poller"), jen.Error()).Add(
			returns(jen.Nil(), jen.Id("unsupported").Call(jen.Lit("open"), platformID("NoHandle"))),
		))
	for _, op := range transfers {
		failure := jen.Id("unsupported").Call(jen.Lit(strings.ToLower(op.name)), jen.Id("h"))
		declare(f, op.name+promise, transfer(op.name, "_").Add(returns(jen.Lit(0), failure)))
	}
	declare(f, "OpenProcess"+promise, openProcess("_").Add(
		returns(platformID("NoHandle"), jen.Id("unsupported").Call(jen.Lit("open"), platformID("NoHandle"))),
	))
	declare(f, "OpenSignals"+promise, openSignals("_").Add(
		returns(platformID("NoHandle"), jen.Id("unsupported").Call(jen.Lit("open"), platformID("NoHandle"))),
	))
	declare(f, "ReadSignal"+promise, readSignal().Add(
		returns(jen.Nil(), jen.Id("unsupported").Call(jen.Lit("read"), jen.Id("h"))),
	))
	declare(f, "Probe"+promise, probe("_").Add(returns(jen.Lit(0), jen.Id("unsupported").Call(jen.Lit("probe"), jen.Id("h")))))
	declare(f, "CloseHandle"+promise, closeHandle().Add(returns(jen.Id("unsupported").Call(jen.Lit("close"), jen.Id("h")))))
	declare(f, "unsupported is the error of this system.",
		jen.Func().Id("unsupported").Params(jen.Id("op").String(), handleParam()).Error().Block(
			jen.Return(failure(jen.Id("op"), jen.Id("h"), jen.Qual("errors", "ErrUnsupported"), nil)),
		))
	return render(f)
}

// transfers are the operations on handles that package native offers.
var transfers = []struct{ name, doc string }{
	{"Read", "Read reads from"},
	{"Write", "Write writes to"},
}

// transfer is the head of one.
func transfer(name, buffer string) *jen.Statement {
	return jen.Func().Id(name).
		Params(handleParam(), jen.Id(buffer).Index().Byte()).
		Params(jen.Int(), jen.Error())
}

// openProcess and closeHandle are the heads of what makes a handle of a process,
// and closes it.
func openProcess(process string) *jen.Statement {
	return jen.Func().Id("OpenProcess").
		Params(jen.Id(process).Op("*").Qual("os", "Process")).
		Params(platformID("Handle"), jen.Error())
}

// probe is the head of what looks at a handle.
func probe(interest string) *jen.Statement {
	return jen.Func().Id("Probe").
		Params(handleParam(), jen.Id(interest).Add(platformID("Interest"))).
		Params(platformID("Ready"), jen.Error())
}

func closeHandle() *jen.Statement {
	return jen.Func().Id("CloseHandle").Params(handleParam()).Error()
}
