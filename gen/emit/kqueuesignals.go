package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// kqueueSignals is reading signals from a kqueue of their own.
func kqueueSignals(f *jen.File, t *spec.Target) {
	dialect := func() jen.Code { return jen.Op("&").Add(kqueueID(dialectName(t))) }
	f.Line()
	f.Add(doc("OpenSignals returns a handle that is readable while a signal of a set waits to be read, by [ReadSignal]: a kqueue with an " +
		"EVFILT_SIGNAL for each. It is the caller's own, for [CloseHandle]."))
	f.Add(doc(""))
	f.Add(doc("It tells of every such signal that is sent to the process from then on, of ignored and blocked ones too, and to each handle that " +
		"has it in its set. That comes beside package os/signal, whose rules still say what the signal does: SIGHUP, SIGINT and SIGTERM end a " +
		"program that has neither signal.Notify nor signal.Ignore for them. SIGURG may come at any time: Go sends it to its own threads."))
	f.Add(doc(""))
	f.Add(doc("An empty set is platform.ErrInvalid, and so is one with a signal that is nil or no syscall.Signal, SIGKILL or SIGSTOP, or a " +
		"number that is no signal's."))
	f.Add(openSignals("sigs").Block(
		jen.List(jen.Id("q"), jen.Err()).Op(":=").Id("openQueue").Call(jen.Lit(0)),
		ifErr(jen.Return(noHandle(), jen.Err())),
		jen.Return(kqueueID("OpenSignals").Call(jen.Id("q"), dialect(), jen.Id("sigs"))),
	))
	raw := ""
	if t.RawCalls {
		raw = "It is a raw system call. "
	}
	declare(f, "ReadSignal takes the next signal from a handle of [OpenSignals]. One that was sent several times before may be read once. "+raw+
		"It does not allocate. The error is a bare unix.Errno, unix.EAGAIN where there is none to read.",
		readSignal().Block(
			jen.Return(kqueueID("ReadSignal").Call(dialect(), jen.Id("h"), jen.Id("take"))),
		))
	declare(f, "take takes one event of a kqueue, where there is one.",
		jen.Func().Id("take").Params(jen.Id("fd").Int()).
			Params(jen.Id("ev").Add(kqueueID("Kevent")), jen.Id("n").Int(), jen.Err().Error()).Block(
			jen.Var().Id("events").Index(jen.Lit(1)).Id("kevent"),
			jen.List(jen.Id("n"), jen.Err()).Op("=").Id("probe").Call(jen.Id("fd"), jen.Id("events").Index(jen.Op(":"))),
			jen.Return(jen.Id("events").Index(jen.Lit(0)).Dot("get").Call(), jen.Id("n"), jen.Err()),
		))
}
