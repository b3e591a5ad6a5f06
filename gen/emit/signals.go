package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// signalNumbers is which numbers are signals.
func signalNumbers(f *jen.File, t *spec.Target) {
	l := t.Signals
	declare(f, l.Const+" is the highest number of a signal. "+l.Why, jen.Const().Id(l.Const).Op("=").Lit(l.Value))
}

// openSignals and readSignal are the heads of what makes a handle of signals,
// and reads from it.
func openSignals(set string) *jen.Statement {
	return jen.Func().Id("OpenSignals").
		Params(jen.Id(set).Op("...").Qual("os", "Signal")).
		Params(platformID("Handle"), jen.Error())
}

func readSignal() *jen.Statement {
	return jen.Func().Id("ReadSignal").
		Params(handleParam()).
		Params(jen.Qual("os", "Signal"), jen.Error())
}
